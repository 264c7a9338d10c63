/** Where it listens, as seen from this machine. */
export function localUrl({ host, port }: { host: string; port: number }): string {
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
}

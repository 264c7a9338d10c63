/** The address of a listener, as seen from this machine. */
export function localUrl({ host, port, tls = null }: { host: string; port: number; tls?: object | null }): string {
  return `${tls ? 'https' : 'http'}://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
}

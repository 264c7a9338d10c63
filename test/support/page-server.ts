import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PageServer {
  origin: string;
  close(): void;
}

/** An application on an origin of its own: scripts by their path, and for every other path the page that `page` gives. */
export async function servePages(
  host: 'localhost' | '127.0.0.1',
  scripts: Map<string, string>,
  page: (address: URL) => string,
): Promise<PageServer> {
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost');
    const script = scripts.get(address.pathname);
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(script ?? page(address));
  }).listen(0, host);
  await once(server, 'listening');
  return { origin: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

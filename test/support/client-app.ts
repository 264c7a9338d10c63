import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientBundles } from './client-bundle.js';

export interface ClientApp {
  origin: string;
  close(): void;
}

/**
 * An application on an origin of its own, whose page has the client: `start(url)` makes it, as does each page after it in the same
 * browser. `?delay=` is how long a page loads.
 */
export async function serveClientApp(host: 'localhost' | '127.0.0.1'): Promise<ClientApp> {
  const bundles = clientBundles('sallyport', 'passkeys');
  const modules = new Map(Object.entries(bundles).map(([entry, code]) => [`/${entry}.js`, code]));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const module = modules.get(pathname);
    response.setHeader('content-type', module ? 'text/javascript' : 'text/html');
    response.end(module ?? PAGE.replace('$DELAY', `${Number(searchParams.get('delay') ?? 0)}`));
  }).listen(0, host);
  await once(server, 'listening');
  return { origin: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const PAGE = `<!doctype html><link rel="icon" href="data:,"><input autocomplete="username webauthn"><script type="module">
  import { createSallyport } from '/sallyport.js';
  import * as passkeys from '/passkeys.js';
  await new Promise((resolve) => setTimeout(resolve, $DELAY));
  Object.assign(globalThis, passkeys);
  globalThis.start = (url) => {
    localStorage.url = url;
    return (globalThis.sallyport ??= createSallyport({ url }));
  };
  if (localStorage.url) start(localStorage.url);
  globalThis.loaded = true;
</script>`;

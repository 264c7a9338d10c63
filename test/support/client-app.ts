import { clientBundles } from './client-bundle.js';
import { type PageServer, servePages } from './page-server.js';

export type ClientApp = PageServer;

/**
 * An application on an origin of its own, whose page has the client: `start(url)` makes it, as does each page after it in the same
 * browser. `?delay=` is how long a page loads.
 */
export function serveClientApp(host: 'localhost' | '127.0.0.1'): Promise<ClientApp> {
  const bundles = clientBundles('sallyport', 'passkeys');
  const scripts = new Map(Object.entries(bundles).map(([entry, code]) => [`/${entry}.js`, code]));
  return servePages(host, scripts, ({ searchParams }) =>
    PAGE.replace('$DELAY', `${Number(searchParams.get('delay') ?? 0)}`),
  );
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

/**
 * `node server-samples.mjs SAMPLES`: uses the samples of docs/frontends/ssr.md as a browser does, and prints what came of each. IDENTIFIER and
 * PASSWORD sign in; PORT is that of the sample with node:http.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';

const ORIGIN = 'https://app.example.com';
const { IDENTIFIER: identifier, PASSWORD: password, PORT } = process.env;

// What Next gives to components: the headers of the request that is rendered.
const rendered = new AsyncLocalStorage();
Object.assign(globalThis, { headersOfNext: () => rendered.getStore() });

const { signIn, orders, proxy, userOfThePage, loader } = await import(pathToFileURL(process.argv[2] ?? '').href);

/** @type {Map<string, string>} */
const jar = new Map();
const cookie = () => Array.from(jar, (pair) => pair.join('=')).join('; ');

/** @param {RequestInit} [init] */
const request = (init) => new Request(ORIGIN, { ...init, headers: { cookie: cookie(), origin: ORIGIN } });

/** @param {Response} response */
function keep(response) {
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value) jar.set(name, value);
    else jar.delete(name);
  }
  return response;
}

/** @param {Headers} headers what Next renders the page with, by what its proxy has answered */
function render(headers) {
  const overridden = new Headers();
  for (const name of (headers.get('x-middleware-override-headers') ?? '').split(','))
    overridden.set(name, headers.get(`x-middleware-request-${name}`) ?? '');
  return rendered.run(overridden, userOfThePage);
}

const signedOut = await render((await proxy(request())).headers);
const { step } = await keep(
  await signIn(request({ method: 'POST', body: JSON.stringify({ identifier, password }) })),
).json();
const cookies = [...jar.keys()].sort();
const api = await (await orders(request())).text();
// The access token has expired: the browser no longer sends its cookie.
jar.delete('__Host-sallyport-access');
const renewed = keep(await proxy(request()));
const page = await render(renewed.headers);
const quiet = (await proxy(request())).headers.getSetCookie();
const loaded = await keep(await loader({ request: request() })).json();
const node = async (headers = {}) => (await fetch(`http://localhost:${PORT}`, { headers })).text();
const greeting = [await node(), await node({ cookie: cookie() })];

console.log(
  JSON.stringify({
    signedOut,
    step,
    cookies,
    api,
    page: page?.email,
    renewed: renewed.headers.getSetCookie().length,
    quiet,
    loaded: loaded.user.email,
    greeting,
  }),
);
process.exit();

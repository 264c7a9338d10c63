import type { Fetch } from './authorized-fetch.js';
import { cookiesOf, printCookie } from './cookies.js';
import type { Held } from './held.js';
import { createSallyport, type Sallyport, type SallyportOptions } from './sallyport.js';
import { readSignedCookie, signCookie } from './signed-cookie.js';

export interface ServerOptions extends Omit<SallyportOptions, 'storage'> {
  /** The origins of the pages that this server serves, such as `https://app.example.com`. */
  origins: string[];
  /**
   * Of 32 characters at least, known to the processes of this server alone: it signs the cookie that says who the user is, which they
   * could otherwise write themselves. With another one each user's token is renewed once.
   */
  secret: string;
  /**
   * The address of the client, for the limits and the log of the gateway, whose setting TRUST_PROXY must name this server. Without
   * it all users count as one.
   */
  clientAddress?: (request: Request) => string | null | undefined;
  /** The names of the cookies begin with it. `sallyport` unless given. */
  cookiePrefix?: string;
}

export interface SallyportServer {
  /** The client of the user who sent the request. */
  open(request: Request): Visit;
}

export interface Visit extends Sallyport {
  /** The response, with the cookies of the session if it has changed: pass each answer through it, or the session is lost. */
  commit(response: Response): Response;
  /** The same as values of `Set-Cookie`, for frameworks that have their own responses. */
  setCookies(): string[];
}

/** What browsers take is 4096 bytes, with the name and the attributes. */
const LONGEST_COOKIE = 3900;

/**
 * For a server that keeps the sessions of its users. They are cookies on its own host that scripts cannot read, with the refresh
 * token and the access token; the browser never speaks to the gateway.
 */
export function createSallyportServer({
  origins,
  secret,
  clientAddress,
  cookiePrefix = 'sallyport',
  ...options
}: ServerOptions): SallyportServer {
  if (secret.length < 32) throw new TypeError('secret: write at least 32 characters');
  const isSecure = origins.every((origin) => origin.startsWith('https:'));
  const prefix = `${isSecure ? '__Host-' : ''}${cookiePrefix}`;
  const names = { refresh: `${prefix}-refresh`, access: `${prefix}-access` };
  const deviceName = `${prefix}-device`;
  const signed = { secret, name: names.access };

  return {
    open(request) {
      // What a page of another site has sent is anonymous, and changes no cookie: it signs no user out, and none in as another (CSRF).
      const isTrusted = isOurs(request, origins);
      const cookies = cookiesOf(isTrusted ? request.headers.get('cookie') : null);
      const changed = new Map<string, string>();
      const set = (name: string, value: string, maxAge: number) => {
        if (isTrusted) changed.set(name, printCookie({ name, value, maxAge, isSecure }));
      };
      let refreshToken = cookies.get(names.refresh) || null;

      const sallyport: Sallyport = createSallyport(
        {
          ...options,
          storage: {
            get: () => refreshToken,
            set: (token) => {
              refreshToken = token;
            },
            delete: () => {
              refreshToken = null;
              for (const name of Object.values(names)) set(name, '', 0);
            },
          },
        },
        {
          isPage: false,
          locks: undefined,
          openChannel: undefined,
          fetch: forwarding(request, options.fetch ?? fetch, {
            clientAddress,
            isGateway: (address) => address === sallyport.url,
            device: cookies.get(deviceName),
            onDevice: (value, maxAge) => set(deviceName, value, maxAge),
          }),
          held: refreshToken ? heldIn(readSignedCookie(signed, cookies.get(names.access) ?? '')) : null,
          onHeld: ({ session, ...held }) => {
            const seconds = (time: number) => (time - Date.now()) / 1000;
            if (refreshToken) set(names.refresh, refreshToken, seconds(Date.parse(session.expiresAt)));
            const value = signCookie(signed, encodeURIComponent(JSON.stringify({ session, ...held })));
            // Without this cookie each request renews the token.
            set(names.access, value.length > LONGEST_COOKIE ? '' : value, seconds(held.expires));
          },
        },
      );
      const setCookies = () => [...changed.values()];
      return {
        ...sallyport,
        setCookies,
        commit(response) {
          if (changed.size === 0) return response;
          const { status, statusText, body } = response;
          const headers = new Headers(response.headers);
          for (const cookie of setCookies()) headers.append('set-cookie', cookie);
          headers.set('cache-control', 'no-store');
          return new Response(body, { status, statusText, headers });
        },
      };
    },
  };
}

/** Browsers name the page that sends anything but a GET. What names none comes from no page of ours. */
function isOurs({ method, headers }: Request, origins: string[]): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const origin = headers.get('origin');
  return origin === null ? headers.get('sec-fetch-site') === 'same-origin' : origins.includes(origin);
}

interface Forwarding extends Pick<ServerOptions, 'clientAddress'> {
  isGateway(address: unknown): boolean;
  device: string | undefined;
  onDevice(cookie: string, maxAge: number): void;
}

/** The cookie of the gateway that recognises a browser in which the user has signed in, with its name there. */
const DEVICE = /^((?:__\w+-)?sallyport-device=[\w.-]+)(?:;|$)/;

/** What the gateway and the API want to know of the browser: its address, its name and its language. The gateway alone knows it again. */
function forwarding(request: Request, fetch: Fetch, { clientAddress, isGateway, device, onDevice }: Forwarding): Fetch {
  const forwarded = new Map<string, string | null | undefined>([['x-forwarded-for', clientAddress?.(request)]]);
  for (const name of ['user-agent', 'accept-language']) forwarded.set(name, request.headers.get(name));
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of forwarded) if (value && !headers.has(name)) headers.set(name, value);
    if (isGateway(input) && device && DEVICE.test(device)) {
      headers.set('cookie', device);
      // The gateway takes cookies of no other page. This server has judged the page (`isOurs`).
      headers.set('sec-fetch-site', 'none');
    }
    const response = await fetch(input, { ...init, headers });
    for (const line of isGateway(input) ? response.headers.getSetCookie() : []) {
      const [, pair] = DEVICE.exec(line) ?? [];
      const [, expires = ''] = /; Expires=([^;]+)/i.exec(line) ?? [];
      if (pair) onDevice(pair, (Date.parse(expires) - Date.now()) / 1000 || 0);
    }
    return response;
  };
}

/** A browser may keep the cookie and send it for ever: it says nothing once the token has expired. */
function heldIn(value: string | null): Held | null {
  const held = value === null ? null : (JSON.parse(decodeURIComponent(value)) as Held);
  return held && held.expires > Date.now() ? held : null;
}

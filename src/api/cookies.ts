import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config.js';
import type { CookieValue, RequestFacts } from '../context.js';

export type CookieName = 'refresh' | 'device';

export interface Cookies {
  read(headers: IncomingHttpHeaders): Pick<RequestFacts, 'refreshCookie' | 'deviceCookie' | 'foreignOrigin'>;
  /** The value of a Set-Cookie header; null clears the cookie. */
  print(name: CookieName, cookie: CookieValue | null): string;
}

/**
 * Our cookies: out of reach of scripts (HttpOnly), only over https (outside localhost), never sent along from another
 * site (SameSite), and only to the one path that reads them.
 */
export function cookies({ publicUrl, corsOrigins }: Pick<Config, 'publicUrl' | 'corsOrigins'>): Cookies {
  const { protocol, pathname } = new URL(publicUrl);
  const secure = protocol === 'https:';
  const prefix = secure ? '__Secure-sallyport-' : 'sallyport-';
  const attributes = `Path=${pathname.replace(/\/$/, '')}/graphql; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  const allowed = new Set([...namesOf(publicUrl), ...corsOrigins]);

  return {
    read({ cookie, ...headers }) {
      if (!cookie) return { refreshCookie: null, deviceCookie: null, foreignOrigin: false };
      const pairs = cookie.split(/; */);
      const valueOf = (name: CookieName) =>
        pairs.find((pair) => pair.startsWith(`${prefix}${name}=`))?.slice(prefix.length + name.length + 1) || null;
      return { refreshCookie: valueOf('refresh'), deviceCookie: valueOf('device'), foreignOrigin: isForeign(headers) };
    },
    print(name, cookie) {
      const expires = (cookie?.expiresAt ?? new Date(0)).toUTCString();
      return `${prefix}${name}=${cookie?.value ?? ''}; Expires=${expires}; ${attributes}`;
    },
  };

  /** SameSite trusts every host of the site; only these origins may use the cookies. Browsers always name theirs on POST. */
  function isForeign(headers: IncomingHttpHeaders): boolean {
    if (headers.origin !== undefined) return !allowed.has(headers.origin);
    const site = headers['sec-fetch-site'];
    return site !== undefined && site !== 'same-origin' && site !== 'none';
  }
}

/** On a laptop one server has several names, and people type any of them. */
function namesOf(publicUrl: string): string[] {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  return loopback.includes(hostname) ? loopback.map((name) => `${protocol}//${name}${port && `:${port}`}`) : [origin];
}

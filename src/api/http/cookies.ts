import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../../config/config.js';
import { LOOPBACK_HOSTS } from '../../platform/loopback.js';
import type { CookieFacts, CookieName, CookieValue } from '../../context.js';

export interface Cookies {
  read(headers: IncomingHttpHeaders): CookieFacts;
  /** The values of the Set-Cookie headers; null clears the cookie. A cookie that came under its former name is also cleared under that name. */
  print(name: CookieName, cookie: CookieValue | null, facts: Pick<CookieFacts, 'formerCookies'>): string[];
}

const NAMES: CookieName[] = ['refresh', 'device', 'provider'];

/**
 * Our cookies: out of reach of scripts (HttpOnly), only over https (outside localhost), never sent along from another
 * site (SameSite=Strict); the cookie of identity providers is sent when a provider returns the browser by GET (Lax). If PUBLIC_URL has no
 * path, their names begin with `__Host-`: browsers then let no sibling host set them, and require Path=/ (RFC 6265bis §4.1.3.2). If it has
 * one, they are limited to the path, so that other applications of the host do not receive them.
 */
export function cookies(config: OriginSettings): Cookies {
  const { protocol, pathname } = new URL(config.publicUrl);
  const secure = protocol === 'https:';
  const ofHost = secure && pathname === '/';
  const prefix = ofHost ? '__Host-sallyport-' : secure ? '__Secure-sallyport-' : 'sallyport-';
  const formerPrefix = ofHost ? '__Secure-sallyport-' : null;
  const base = pathname.replace(/\/$/, '');
  const narrow = (name: CookieName) => `${base}${name === 'provider' ? '/providers' : '/graphql'}`;
  const allowed = allowedOrigins(config);

  return {
    read({ cookie, ...headers }) {
      if (!cookie) return NO_COOKIES;
      const pairs = cookie.split(/; */);
      const facts: CookieFacts = { ...NO_COOKIES, foreignOrigin: foreign(headers) };
      for (const name of NAMES) {
        const present = valuesOf(pairs, `${prefix}${name}`);
        const former = formerPrefix && name !== 'provider' ? valuesOf(pairs, `${formerPrefix}${name}`) : [];
        if (former.length > 0) facts.formerCookies = [...facts.formerCookies, name];
        // Another host can plant a cookie under the former name: it counts only if none came under the present name.
        const values = present.length > 0 ? present : former;
        if (values.length > 1) facts.disputedCookies = [...facts.disputedCookies, name];
        else facts[`${name}Cookie`] = values[0] ?? null;
        if (name === 'refresh') facts.refreshCookieIsFormer = present.length === 0 && former.length > 0;
      }
      return facts;
    },

    print(name, cookie, { formerCookies }) {
      const site = name === 'provider' ? 'Lax' : 'Strict';
      const lines = [print(`${prefix}${name}`, cookie, ofHost ? '/' : narrow(name), site)];
      if (formerPrefix && formerCookies.includes(name))
        lines.push(print(`${formerPrefix}${name}`, null, narrow(name), site));
      return lines;
    },
  };

  function print(name: string, cookie: CookieValue | null, path: string, site: 'Lax' | 'Strict'): string {
    const expires = (cookie?.expiresAt ?? new Date(0)).toUTCString();
    return `${name}=${cookie?.value ?? ''}; Expires=${expires}; Path=${path}; HttpOnly; SameSite=${site}${secure ? '; Secure' : ''}`;
  }

  /** SameSite trusts every host of the site; only these origins may use the cookies. */
  function foreign(headers: IncomingHttpHeaders): CookieFacts['foreignOrigin'] {
    if (headers.origin !== undefined) return allowed.has(headers.origin) ? null : 'another';
    const site = headers['sec-fetch-site'];
    // Browsers send Origin with every POST. If it is missing, a router in front of us has dropped it.
    if (site === undefined) return 'unnamed';
    return site === 'same-origin' || site === 'none' ? null : 'another';
  }
}

const NO_COOKIES: CookieFacts = {
  refreshCookie: null,
  deviceCookie: null,
  providerCookie: null,
  refreshCookieIsFormer: false,
  disputedCookies: [],
  formerCookies: [],
  foreignOrigin: null,
};

/** Each value once: two equal values are no conflict. */
function valuesOf(pairs: string[], name: string): string[] {
  const start = `${name}=`;
  const values = pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
  return [...new Set(values.filter(Boolean))];
}

type OriginSettings = Pick<Config, 'publicUrl' | 'corsOrigins'>;

/** The origins whose pages may call with credentials and use the cookies. */
export function allowedOrigins({ publicUrl, corsOrigins }: OriginSettings): ReadonlySet<string> {
  return new Set([...namesOf(publicUrl), ...corsOrigins]);
}

/** On a laptop one server has several names, and developers type any of them. */
function namesOf(publicUrl: string): string[] {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  if (!LOOPBACK_HOSTS.includes(hostname)) return [origin];
  return LOOPBACK_HOSTS.map((name) => `${protocol}//${name}${port && `:${port}`}`);
}

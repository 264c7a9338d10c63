import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config.js';
import type { RequestFacts } from '../context.js';

export interface RefreshCookie {
  read(headers: IncomingHttpHeaders): Pick<RequestFacts, 'refreshCookie' | 'foreignOrigin'>;
  /** The value of a Set-Cookie header; null clears the cookie. */
  print(token: { value: string; expiresAt: Date } | null): string;
}

/**
 * The refresh token as a cookie: out of reach of scripts (HttpOnly), only over https (outside localhost), never sent along
 * from another site (SameSite), and only to the one path that reads it.
 */
export function refreshCookie({ publicUrl, corsOrigins }: Pick<Config, 'publicUrl' | 'corsOrigins'>): RefreshCookie {
  const { protocol, pathname } = new URL(publicUrl);
  const secure = protocol === 'https:';
  const name = secure ? '__Secure-sallyport-refresh' : 'sallyport-refresh';
  const attributes = `Path=${pathname.replace(/\/$/, '')}/graphql; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  const allowed = new Set([...namesOf(publicUrl), ...corsOrigins]);

  return {
    read(headers) {
      if (!headers.cookie) return { refreshCookie: null, foreignOrigin: false };
      const pair = headers.cookie.split(/; */).find((cookie) => cookie.startsWith(`${name}=`));
      return { refreshCookie: pair?.slice(name.length + 1) || null, foreignOrigin: isForeign(headers) };
    },
    print: (token) => `${name}=${token?.value ?? ''}; Expires=${(token?.expiresAt ?? new Date(0)).toUTCString()}; ${attributes}`,
  };

  /** SameSite trusts every host of the site; only these origins may use the cookie. Browsers always name theirs on POST. */
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

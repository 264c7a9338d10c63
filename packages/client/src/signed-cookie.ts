import { createHmac, timingSafeEqual } from 'node:crypto';

interface Signed {
  secret: string;
  /** The signature of one cookie is none of another. */
  name: string;
}

/** The value with what only this server can write beside it. A browser keeps cookies, and its user writes them as they like. */
export function signCookie({ secret, name }: Signed, value: string): string {
  return `${value}.${createHmac('sha256', secret).update(`${name}=${value}`).digest('base64url')}`;
}

/** Null unless this server has signed it. */
export function readSignedCookie(signed: Signed, cookie: string): string | null {
  const value = cookie.slice(0, Math.max(cookie.lastIndexOf('.'), 0));
  const [given, right] = [cookie, signCookie(signed, value)].map((text) => new TextEncoder().encode(text));
  return given && right && given.length === right.length && timingSafeEqual(given, right) ? value : null;
}

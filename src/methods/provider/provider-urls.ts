import type { Config } from '../../config/config.js';

type Public = Pick<Config, 'publicUrl'>;

/** From PUBLIC_URL alone, which may have a path: an attacker could choose an address made from the Host header. */
export function startUrl({ publicUrl }: Public, provider: string, token: string): string {
  return `${publicUrl}/providers/${provider}/start?${new URLSearchParams({ attempt: token })}`;
}

/** One for each provider (mix-up, RFC 9700 §4.4), and without a query: providers compare it exactly. */
export function callbackUrl({ publicUrl }: Public, provider: string): string {
  return `${publicUrl}/providers/${provider}/callback`;
}

import type { Needs } from '../../context.js';
import { after } from '../../platform/clock.js';
import { randomToken } from '../../platform/crypto.js';
import { LIFETIME } from './begin-attempt.js';

/** The value of the cookie that binds attempts to this browser, or null. */
export function browserOf({ request }: Needs<'request'>): string | null {
  const value = request.providerCookie;
  return value && /^[\w-]{43}$/.test(value) ? value : null;
}

/** The same, or a new one, kept for as long as an attempt lives: several tabs share it. */
export function keepBrowser(ctx: Needs<'request' | 'clock' | 'setProviderCookie'>): string {
  const value = browserOf(ctx) ?? randomToken();
  ctx.setProviderCookie({ value, expiresAt: after(ctx.clock.now(), LIFETIME) });
  return value;
}

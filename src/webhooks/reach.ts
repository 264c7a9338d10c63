import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { GuardedFetchError, type Reach } from '../platform/guarded-fetch.js';

/** In development receivers run beside the gateway, without a certificate. */
const THIS_MACHINE = ['127.0.0.0/8', '::1'];

/** Where events may be sent: WEBHOOK_NETWORKS. */
export function reachOf({ config }: Needs<'config'>): Reach {
  if (config.nodeEnv === 'development') return { http: true, networks: [...THIS_MACHINE, ...config.webhookNetworks] };
  return { networks: config.webhookNetworks };
}

/** Refuses a URL that events would not be sent to (SSRF). It is checked again at each attempt: a name may resolve to another address then. */
export async function assertUrlAllowed(ctx: Needs<'config' | 'guardedFetch'>, url: string): Promise<void> {
  const problem = url.includes('#') ? 'A fragment is not sent to a server.' : await problemOfUrl(ctx, url);
  if (problem) throw new Refusal('WEBHOOK_URL_NOT_ALLOWED', { field: 'input.url', detail: problem });
}

async function problemOfUrl(ctx: Needs<'config' | 'guardedFetch'>, url: string): Promise<string | null> {
  try {
    await ctx.guardedFetch.assertAllowed(url, reachOf(ctx));
    return null;
  } catch (error) {
    if (error instanceof GuardedFetchError) return error.message;
    throw error;
  }
}

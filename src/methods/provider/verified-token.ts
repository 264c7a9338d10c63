import type { Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import { ProviderError } from '../../providers/provider.js';

type Verifying = Needs<'log' | 'request'>;

/** The contents of a token that a provider has sent. The sender of a wrong one does not learn what was wrong. */
export async function verifiedToken<Said>(
  ctx: Verifying,
  { provider, what, verify }: { provider: string; what: string; verify(): Promise<Said> },
): Promise<Said> {
  try {
    return await verify();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    ctx.log.warn({ requestId: ctx.request.id, provider, err: error }, `a ${what} was refused`);
    // The token may be valid: the provider should send it again.
    if (error.reason === 'unavailable') throw new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 10, cause: error });
    throw new Refusal('PROVIDER_FAILED', { message: `The ${what} is not valid.` });
  }
}

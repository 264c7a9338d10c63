import { recordStandalone } from '../audit/record.js';
import type { Needs } from '../context.js';
import { isId } from '../platform/ids.js';

type CountNeeds = Needs<'clock' | 'request' | 'sql' | 'limits'>;

/** Counted only once they are known to be wrong: strangers' guesses must not keep the service account out. */
export async function countWrongCredentials(ctx: CountNeeds, action: string, clientId: string): Promise<void> {
  await ctx.limits.consume('issueToken.address', ctx.request.ipAddress);
  if (isId(clientId)) await ctx.limits.consume('issueToken.account', clientId);
  // With a user's id, a stranger would write into that user's activity.
  const [known] = isId(clientId) ? await ctx.sql<{ id: string }>('known-client', KNOWN, [clientId]) : [];
  await recordStandalone(ctx, { action, code: 'INVALID_CREDENTIALS', subjectId: known?.id ?? null });
}

const KNOWN = 'select id from service_accounts where id = $1::uuid';

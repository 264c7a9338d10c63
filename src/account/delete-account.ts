import { record } from '../audit/record.js';
import type { Mailing, Needs, Reauthenticating, Transaction } from '../context.js';
import { reauthenticate, assertStillReauthenticated } from '../passwords/reauthenticate.js';
import { clearRefreshCookie } from '../sessions/refresh-cookie.js';
import { requireUser } from '../require-user.js';
import type { AccountDeleted } from './account-deleted.js';
import type { DeleteAccountInput } from './account.input.js';
import { softDelete } from './soft-delete.js';

type DeletionNeeds = Needs<
  Transaction | Mailing | Reauthenticating | 'sql' | 'config' | 'revocations' | 'setRefreshCookie'
>;

/** Soft-deletes the signed-in user's account. The last administrator must remain. */
export async function deleteAccount(ctx: DeletionNeeds, { password }: DeleteAccountInput): Promise<AccountDeleted> {
  const { userId, sessionId } = await requireUser(ctx);
  await ctx.limits.consume('deleteAccount.account', userId);
  const proof = await reauthenticate(ctx, { password, field: 'input.password' });
  const { ended, answer } = await ctx.em.fork().transactional(async (tx) => {
    const user = await assertStillReauthenticated(ctx, tx, proof);
    const deleted = await softDelete(ctx, tx, user);
    const details = { endedSessions: deleted.ended.length };
    record(ctx, tx, { action: 'deleteAccount', actorId: userId, subjectId: userId, sessionId, details });
    return deleted;
  });
  await ctx.revocations.denySessions(userId, ended);
  await clearRefreshCookie(ctx, userId);
  return answer;
}

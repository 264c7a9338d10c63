import { record } from '../../audit/record.js';
import type { Mailing, Needs, RecentlyAuthenticated, Transaction } from '../../context.js';
import { Refusal } from '../../errors.js';
import { notify } from '../../notices/notify.js';
import { requireUser } from '../../require-user.js';
import { assertStillSignedIn } from '../../sessions/assert-still-signed-in.js';
import { assertStillRecent } from '../../sessions/recent-authentication.js';
import { User } from '../../users/user.entity.js';
import { factorsOf } from '../factors-loader.js';
import { RecoveryCodes } from './recovery-codes.js';
import { recoveryCodesGenerated } from './recovery-codes-generated.mail.js';
import { replaceRecoveryCodes } from './replace-recovery-codes.js';

/** Generates ten recovery codes; earlier ones stop working. They need a factor that they can replace. */
export async function generateRecoveryCodes(
  ctx: Needs<Transaction | Mailing | RecentlyAuthenticated | 'keys' | 'limits'>,
): Promise<RecoveryCodes> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('changeFactors.account', userId);
  return ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    await assertStillRecent(ctx, tx, person);
    const factors = await factorsOf(ctx, tx, userId);
    if (factors.length === 0) throw new Refusal('FACTOR_REQUIRED', { subject: userId });
    const user = await tx.findOneOrFail(User, userId);
    const codes = await replaceRecoveryCodes(ctx, tx, user);
    await notify(ctx, tx, user, recoveryCodesGenerated);
    record(ctx, tx, { action: 'generateRecoveryCodes', actorId: userId, subjectId: userId, sessionId });
    return Object.assign(new RecoveryCodes(), { codes });
  });
}

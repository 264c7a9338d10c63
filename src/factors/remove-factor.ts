import { record } from '../audit/record.js';
import type { Mailing, Needs, Transaction } from '../context.js';
import { removeRecoveryCodes } from '../methods/recovery-codes/replace-recovery-codes.js';
import { notify } from '../notices/notify.js';
import { User } from '../users/user.entity.js';
import { assertNotLastFactor } from './assert-not-last-factor.js';
import { changeFactor, type Changing } from './change-factor.js';
import type { FactorIdInput } from './factor.input.js';
import { factorRemoved } from './factor-removed.mail.js';

/** Removes a factor of the signed-in user. The recovery codes are removed with the last one. */
export function removeFactor(
  ctx: Needs<Changing | Transaction | Mailing | 'providers'>,
  { factorId }: FactorIdInput,
): Promise<User> {
  return changeFactor(ctx, factorId, async (tx, { person: { userId, sessionId }, who, factor, others }) => {
    await assertNotLastFactor(ctx, tx, { who, factor, others });
    const user = await tx.findOneOrFail(User, userId);
    tx.remove(factor);
    if (others.length === 0) await removeRecoveryCodes(tx, userId);
    await notify(ctx, tx, user, factorRemoved, { factor: factor.name });
    const details = { left: others.length };
    record(ctx, tx, { action: 'removeFactor', actorId: userId, subjectId: userId, sessionId, details });
    return user;
  });
}

import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../../audit/record.js';
import { ChallengeMethod } from '../../challenges/challenge.entity.js';
import { Refusal } from '../../errors.js';
import { notify } from '../../notices/notify.js';
import { authenticatedBy } from '../../sessions/authentication.js';
import { AuthenticationMethod } from '../../sessions/session.entity.js';
import { User } from '../../users/user.entity.js';
import type { Method, MethodNeeds } from '../method.js';
import { hashesOfRecoveryCode, readRecoveryCode } from './code-format.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { recoveryCodeUsed } from './recovery-code-used.mail.js';

/** One of ten codes that the user has saved, for when the other factors are lost. */
export const recoveryCodeMethod: Method = {
  name: ChallengeMethod.RECOVERY_CODE,
  refusal: 'INVALID_CODE',
  guessable: false,
  enrolled: 'exists (select from recovery_codes c where c.user_id = u.id and c.used_at is null)',
  read(_ctx, answer) {
    const code = 'code' in answer ? readRecoveryCode(answer.code) : null;
    return code === null ? null : { code };
  },
  async verify(ctx, { userId, attemptsLeft }, answer) {
    if (!userId || !('code' in answer)) return null;
    const hashes = hashesOfRecoveryCode(ctx, userId, answer.code);
    const [found] = await ctx.sql<{ id: string }>('recovery-code', FIND, [userId, hashes]);
    if (!found) return null;
    return {
      authentication: authenticatedBy(AuthenticationMethod.RECOVERY_CODE),
      useUp: (tx) => useUp(ctx, tx, { id: found.id, userId, attemptsLeft }),
    };
  },
};

const FIND = `
select id from recovery_codes where user_id = $1::uuid and code_hash = any($2::bytea[]) and used_at is null`;

/** In the transaction of the sign-in: of two sign-ins with one code, one is refused. */
async function useUp(
  ctx: MethodNeeds,
  tx: EntityManager,
  { id, userId, attemptsLeft }: { id: string; userId: string; attemptsLeft: number },
): Promise<void> {
  const used = await tx.nativeUpdate(RecoveryCode, { id, usedAt: null }, { usedAt: ctx.clock.now() });
  if (used === 0) throw new Refusal('INVALID_CODE', { attemptsLeft, subject: userId, detail: 'used meanwhile' });
  const left = await tx.count(RecoveryCode, { user: userId, usedAt: null });
  const user = await tx.findOneOrFail(User, userId);
  await notify(ctx, tx, user, recoveryCodeUsed, { left });
  record(ctx, tx, { action: 'useRecoveryCode', actorId: userId, subjectId: userId, details: { left } });
}

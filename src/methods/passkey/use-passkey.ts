import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../../audit/record.js';
import { Refusal } from '../../errors.js';
import { notifyThrottled } from '../../notices/notify.js';
import { nowIn } from '../../platform/clock.js';
import { sqlIn } from '../../platform/database.js';
import { User } from '../../users/user.entity.js';
import type { MethodNeeds } from '../method.js';
import { passkeyCounter } from './passkey-counter.mail.js';
import type { Assertion } from './verify-assertion.js';

/**
 * Stores what an assertion says about its passkey, in the transaction that acts upon it: a failed sign-in stores nothing. A counter that
 * went back is a signal and no proof (WebAuthn L3 §6.1.1): its owner gets a mail, and is signed in.
 */
export async function usePasskey(
  ctx: MethodNeeds,
  tx: EntityManager,
  { passkey: { id, userId }, signCount, backedUp }: Assertion,
): Promise<void> {
  const used = [id, signCount, backedUp, ctx.clock.forDatabase()];
  const [row] = await sqlIn(tx)<{ before: number }>('passkey-used', USE, used);
  if (!row) throw new Refusal('INVALID_PASSKEY', { detail: 'the passkey was removed meanwhile', subject: userId });
  if (signCount > row.before || (signCount === 0 && row.before === 0)) return;
  record(ctx, tx, {
    action: 'verifyPasskey',
    actorId: userId,
    subjectId: userId,
    details: { counterWentBack: true },
  });
  await notifyThrottled(ctx, tx, await tx.findOneOrFail(User, userId), passkeyCounter);
}

const USE = `
update passkeys k set sign_count = $2::bigint, backed_up = $3::boolean, last_used_at = ${nowIn('$4')}
  from (select id, sign_count from passkeys where id = $1::uuid for update) b
 where k.id = b.id
returning b.sign_count::float8 as before`;

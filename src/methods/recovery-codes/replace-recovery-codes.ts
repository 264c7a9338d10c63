import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../../context.js';
import type { User } from '../../users/user.entity.js';
import { hashRecoveryCode, newRecoveryCode, printRecoveryCode } from './code-format.js';
import { RecoveryCode } from './recovery-code.entity.js';

const CODES = 10;

/** Returns new codes as the user sees them, once. Earlier ones stop working. The caller has locked the user. */
export async function replaceRecoveryCodes(
  ctx: Needs<'clock' | 'keys'>,
  tx: EntityManager,
  user: User,
): Promise<string[]> {
  await removeRecoveryCodes(tx, user.id);
  const codes = Array.from({ length: CODES }, newRecoveryCode);
  const createdAt = ctx.clock.now();
  for (const code of codes)
    tx.create(RecoveryCode, { user, codeHash: hashRecoveryCode(ctx, user.id, code), createdAt });
  return codes.map(printRecoveryCode);
}

/** Removes all codes, or those created since a given time: without a factor there is nothing that they could replace. */
export async function removeRecoveryCodes(tx: EntityManager, userId: string, since?: Date): Promise<void> {
  await tx.nativeDelete(RecoveryCode, { user: userId, ...(since && { createdAt: { $gte: since } }) });
}

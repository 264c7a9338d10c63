import type { Needs, SigningIn } from '../../context.js';
import { Refusal } from '../../errors.js';
import { claimsByHook } from '../../hooks/claims-by-hook.js';
import { addIdentityOfAttempt } from '../../identities/add-identity.js';
import { sqlIn } from '../../platform/database.js';
import { requireUser } from '../../require-user.js';
import { assertStillSignedIn } from '../../sessions/assert-still-signed-in.js';
import { findSession } from '../../sessions/session-row.js';
import { issueTokens, type SignedIn, TokenDelivery } from '../../sessions/signed-in.js';
import { User } from '../../users/user.entity.js';
import { type AnsweredAttempt, useUp } from './find-answered.js';

/**
 * Completes linkIdentity, only in the session in which it was begun. Otherwise an attacker could make a victim link the attacker's
 * identity, or link the victim's to the attacker's account. The session continues with a new access token.
 */
export async function completeLink(
  ctx: Needs<SigningIn | 'actor'>,
  attempt: AnsweredAttempt,
  { userId, sessionId }: NonNullable<AnsweredAttempt['linker']>,
): Promise<SignedIn> {
  const person = await requireUser(ctx);
  if (person.userId !== userId || person.sessionId !== sessionId)
    throw new Refusal('CHALLENGE_EXPIRED', { detail: 'begun in another session', subject: person.userId });
  const granted = await ctx.em.fork().transactional(async (tx) => {
    const { user, roles } = await assertStillSignedIn(ctx, tx, person);
    await useUp(ctx, tx, attempt);
    await addIdentityOfAttempt(ctx, tx, await tx.findOneOrFail(User, userId), attempt.id, { notice: true });
    const read = await findSession(ctx, sqlIn(tx), sessionId);
    return { user, roles, ...read, refreshToken: null };
  });
  const added = await claimsByHook(ctx, { ...granted, sessionId, operation: 'linkIdentity', amr: granted.session.amr });
  return issueTokens(ctx, granted, added, TokenDelivery.BODY);
}

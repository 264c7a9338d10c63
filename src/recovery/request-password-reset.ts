import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { Context } from '../context.js';
import { Password } from '../passwords/password.entity.js';
import { newId } from '../platform/ids.js';
import { knownDevice } from '../sign-in/known-device.js';
import { User } from '../users/user.entity.js';
import type { RequestPasswordResetInput } from './recovery.input.js';

/**
 * Sends a code that sets a new password. For an unknown address, or one whose owner is suspended, the answer is the
 * same in the same time: the same statements, the same kinds of rows, a code that is never right, and no mail.
 */
export async function requestPasswordReset(
  ctx: Context,
  { email }: RequestPasswordResetInput,
): Promise<ChallengeRequired> {
  await ctx.limits.consume('requestPasswordReset.address', ctx.request.ipAddress);
  await count(ctx, email);
  return ctx.em.fork().transactional(async (tx) => {
    const known = await tx.findOne(User, { email });
    const user = known?.suspendedAt ? null : known;
    const asked = {
      purpose: ChallengePurpose.RESET_PASSWORD,
      email: user?.email ?? email,
      locale: user?.locale ?? null,
      user,
    };
    const issued = await issueChallenge(ctx, tx, asked);
    await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'requestPasswordReset', subjectId: known?.id ?? null });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}

/** Anybody can use up what an address is sent, so that its owner gets nothing; not so on a device where the owner has signed in. */
async function count(ctx: Context, email: string): Promise<void> {
  const owned = ctx.request.deviceCookie ? await deviceOfOwner(ctx, email) : null;
  if (owned) return ctx.limits.consume('requestPasswordReset.device', owned);
  await ctx.limits.consume('requestPasswordReset.account', email);
  await ctx.limits.consume('mail.recipient', email);
}

async function deviceOfOwner(ctx: Context, email: string): Promise<string | null> {
  const user = await ctx.em.findOne(User, { email });
  // Asked for nobody too: the missing statement would tell an unknown address by its time.
  const stored = await ctx.em.findOne(Password, { user: user?.id ?? newId() });
  const device = user && knownDevice(ctx, { userId: user.id, passwordSince: stored?.changedAt ?? null });
  return user && device ? `${user.id}:${device}` : null;
}

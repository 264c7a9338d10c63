import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { Context } from '../context.js';
import { reauthenticate, stillProved } from '../passwords/reauthenticate.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import { deviceName } from '../sessions/device-name.js';
import { signedIn } from '../sessions/signed-in-actor.js';
import type { RequestEmailChangeInput } from './account.input.js';

/**
 * Sends a code to the new address and a notice to the old one; nothing changes yet. Whether the new address is somebody
 * else's is not looked at: only who reads its mail will learn it, at the confirmation.
 */
export async function requestEmailChange(ctx: Context, { newEmail, password }: RequestEmailChangeInput): Promise<ChallengeRequired> {
  const { userId, sessionId } = await signedIn(ctx);
  const { clock, limits } = ctx;
  await limits.consume('requestEmailChange.account', userId);
  await limits.consume('mail.recipient', newEmail);
  await limits.consume('mail.global', 'all');
  const proof = await reauthenticate(ctx, { userId, password, field: 'input.password' });
  return ctx.em.fork().transactional(async (tx) => {
    const user = await stillProved(tx, proof);
    const { email: to, locale } = user;
    const issued = await issueChallenge(ctx, tx, { purpose: ChallengePurpose.CHANGE_EMAIL, email: newEmail, locale, user });
    await mailCode(ctx, tx, issued);
    const params = { name: user.displayName, device: deviceName(ctx.request.userAgent), at: clock.now().toISOString() };
    await enqueueMail({ ...ctx, em: tx }, { template: 'email-change-requested', to, locale, params });
    record(ctx, tx, { action: 'requestEmailChange', actorId: userId, subjectId: userId, sessionId });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}

import { record } from '../audit/record.js';
import { ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, RecentlyAuthenticated, Transaction } from '../context.js';
import { beginMethods } from '../methods/begin-methods.js';
import type { MethodNeeds } from '../methods/method.js';
import { sqlIn } from '../platform/database.js';
import { requireUser } from '../require-user.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { reauthenticationMethods } from '../sessions/recent-authentication.js';
import { Session } from '../sessions/session.entity.js';
import { User } from '../users/user.entity.js';

/**
 * Issues a challenge for the signed-in user, bound to the session: the answer steps up this session and no other. It is void once what the
 * user signs in with changes.
 */
export async function requestReauthentication(
  ctx: Needs<Transaction | CodeMailing | RecentlyAuthenticated | 'limits'> & MethodNeeds,
): Promise<ChallengeRequired> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('requestReauthentication.account', userId);
  return ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    const user = await tx.findOneOrFail(User, userId);
    const { email, locale, securityStamp } = user;
    const methods = await reauthenticationMethods(ctx, sqlIn(tx), person);
    const issued = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.REAUTHENTICATE,
      email,
      locale,
      user,
      byOwner: true,
      further: { methods, securityStamp, session: tx.getReference(Session, sessionId) },
    });
    if (methods.includes(ChallengeMethod.EMAIL_CODE)) {
      await ctx.limits.consume('mail.recipient', email);
      await mailCode(ctx, tx, issued);
    }
    record(ctx, tx, { action: 'requestReauthentication', actorId: userId, subjectId: userId, sessionId });
    const { challenge, token } = issued;
    return Object.assign(
      challengeRequired(challenge, token, ctx.config.otpLength),
      await beginMethods(ctx, tx, challenge),
    );
  });
}

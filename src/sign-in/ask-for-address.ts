import type { EntityManager } from '@mikro-orm/postgresql';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs } from '../context.js';
import type { PendingRegistration } from '../registrations/pending-registration.entity.js';
import type { User } from '../users/user.entity.js';
import { signInCode } from './sign-in-code.mail.js';

/** Whose address it is: a user's, or that of a registration. */
type AddressOwner = Pick<User, 'email' | 'locale'> &
  ({ user: User } | { user: null; registration: PendingRegistration });

/**
 * Sends the code that verifies the address, in a sign-in with the right password. The mail has a code and no link: with a link, the owner
 * of the address could confirm a stranger's registration with one click.
 */
export async function askForAddress(
  ctx: Needs<CodeMailing | 'limits'>,
  tx: EntityManager,
  owner: AddressOwner,
): Promise<ChallengeRequired> {
  await ctx.limits.consume('resendOtp.account', owner.email);
  await ctx.limits.consume('mail.recipient', owner.email);
  const issued = await issueChallenge(ctx, tx, { ...owner, purpose: ChallengePurpose.VERIFY_EMAIL, linked: false });
  await mailCode(ctx, tx, issued, signInCode);
  return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
}

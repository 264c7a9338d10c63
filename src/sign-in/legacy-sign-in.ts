import type { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Needs, SigningIn } from '../context.js';
import { normalizePassword } from '../passwords/normalize-password.js';
import { violatedUnique } from '../platform/database.js';
import { foldAddress } from '../platform/email-address.js';
import { authenticatedBy } from '../sessions/authentication.js';
import { AuthenticationMethod } from '../sessions/session.entity.js';
import { type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { usernameField } from '../users/user-fields.js';
import { completeSignIn } from './complete-sign-in.js';
import type { LegacyUser } from './legacy-login.js';
import { MovedMeanwhile, moveUser } from './move-user.js';
import type { LoginInput } from './sign-in.input.js';

/** Asks the former system, if there is one, whether the password belongs to a user unknown here. */
export async function askLegacy(
  { legacyLogin }: Needs<'legacyLogin'>,
  { identifier, password, challengeToken }: LoginInput,
): Promise<LegacyUser | null> {
  // The challenge of a link belongs to an existing account. A password that cannot be stored is not asked about.
  if (!legacyLogin || challengeToken || normalizePassword(password) === undefined) return null;
  const email = foldAddress(identifier);
  if (email) return legacyLogin.ask({ email }, password);
  const { data: username } = usernameField.safeParse(identifier);
  return username ? legacyLogin.ask({ username }, password) : null;
}

/** Signs in a user whom the former system has authenticated: the account and the session begin together. Null if the account exists by now. */
export async function moveIn(
  ctx: Needs<SigningIn | 'passwords'>,
  { password, tokenDelivery }: LoginInput,
  legacyUser: LegacyUser,
): Promise<SignedIn | ChallengeRequired | null> {
  const hash = await ctx.passwords.hash(password);
  try {
    const answer = await completeSignIn(ctx, {
      action: 'login',
      userId: (tx) => moveUser(ctx, tx, legacyUser, hash),
      proved: [authenticatedBy(AuthenticationMethod.PASSWORD)],
      attemptId: null,
      tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
      inTransaction: async () => {},
    });
    await ctx.limits.refund('login.address', ctx.request.ipAddress);
    return answer;
  } catch (error) {
    if (error instanceof MovedMeanwhile || violatedUnique(error) !== null) return null;
    throw error;
  }
}

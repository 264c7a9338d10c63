import { ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import type { ErrorCode } from '../errors.js';
import { type Authentication, includesSecondFactor } from '../sessions/authentication.js';
import type { SufficientProof } from '../sessions/start-session.js';

/** Everything that decides the next step of a sign-in. */
export interface SignInFacts {
  /** What the user has verified in this sign-in. */
  proved: readonly Authentication[];
  account: { suspended: boolean; addressVerified: boolean };
  /** EMAIL_VERIFICATION=required. */
  addressMustBeVerified: boolean;
  /** The user's second factors. */
  enrolled: readonly ChallengeMethod[];
  /** A second factor is required: by SECOND_FACTOR=required, or by a role of the user. */
  demanded: boolean;
  /** The user has signed in with a second factor on this device, and chose to skip it there from then on. */
  trustedDevice: boolean;
}

export type NextStep =
  | { step: 'session'; proof: SufficientProof }
  | { step: 'challenge'; purpose: ChallengePurpose; methods: readonly ChallengeMethod[] }
  | { step: 'refusal'; code: ErrorCode };

/**
 * Decides what is still missing before a session may start. Every way to sign in ends here: the password, the code, the passkey, the reset,
 * the invitation. A pure function; test/sign-in/next-step.test.ts is its truth table.
 */
export function nextStep(facts: SignInFacts): NextStep {
  const { proved, account, addressMustBeVerified, enrolled, demanded, trustedDevice } = facts;
  if (account.suspended) return { step: 'refusal', code: 'ACCOUNT_SUSPENDED' };
  if (addressMustBeVerified && !account.addressVerified)
    return { step: 'challenge', purpose: ChallengePurpose.VERIFY_EMAIL, methods: [ChallengeMethod.EMAIL_CODE] };
  const complete = includesSecondFactor(proved);
  if (!complete && enrolled.length > 0 && !trustedDevice)
    return { step: 'challenge', purpose: ChallengePurpose.SECOND_FACTOR, methods: enrolled };
  if (!complete && enrolled.length === 0 && demanded)
    return { step: 'challenge', purpose: ChallengePurpose.ENROLL_FACTOR, methods: ENROLLABLE };
  return { step: 'session', proof: proved as SufficientProof };
}

/** What a user without a second factor can enrol. */
const ENROLLABLE = [ChallengeMethod.TOTP, ChallengeMethod.PASSKEY];

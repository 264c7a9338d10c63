import { ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import type { ErrorCode } from '../errors.js';
import type { Authentication } from '../sessions/authentication.js';
import type { SufficientProof } from '../sessions/start-session.js';

/** All that decides how a sign-in goes on. */
export interface SignInFacts {
  /** What the person has verified in this sign-in, each once. */
  proved: readonly Authentication[];
  account: { suspended: boolean; addressVerified: boolean };
  /** EMAIL_VERIFICATION=required. */
  addressMustBeVerified: boolean;
}

export type NextStep =
  | { step: 'session'; proof: SufficientProof }
  | { step: 'challenge'; purpose: ChallengePurpose; methods: ChallengeMethod[] }
  | { step: 'refusal'; code: ErrorCode };

/**
 * What is still missing until a session may start. Every way in ends here: the password, the code, the reset, the invitation.
 * A pure function; test/sign-in/next-step.test.ts is its truth table.
 */
export function nextStep({ proved, account, addressMustBeVerified }: SignInFacts): NextStep {
  if (account.suspended) return { step: 'refusal', code: 'ACCOUNT_SUSPENDED' };
  if (addressMustBeVerified && !account.addressVerified)
    return { step: 'challenge', purpose: ChallengePurpose.VERIFY_EMAIL, methods: [ChallengeMethod.EMAIL_CODE] };
  return { step: 'session', proof: proved as SufficientProof };
}

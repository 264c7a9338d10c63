import { ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import type { CodeChecking, Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import { completeEnrollment, type Completing } from '../../factors/complete-enrollment.js';
import type { FactorAdded } from '../../factors/factor-added.js';
import { violatedUnique } from '../../platform/database.js';
import { answerUserChallenge } from '../answer-challenge.js';
import type { RegisterPasskeyInput } from './passkey.input.js';
import { Passkey } from './passkey.entity.js';
import { providerOf } from './providers.js';
import type { Registered } from './verify-registration.js';

const DEFAULT_NAME = 'Passkey';

/** Completes the registration of a passkey, which is a factor of the user from now on. */
export async function registerPasskey(
  ctx: Needs<CodeChecking | Completing>,
  { challengeToken, credential, name, tokenDelivery }: RegisterPasskeyInput,
): Promise<FactorAdded> {
  const answered = await answerUserChallenge(ctx, {
    challengeToken,
    answer: { credential },
    method: ChallengeMethod.PASSKEY,
    purposes: [ChallengePurpose.ENROLL_FACTOR],
  });
  const registered = answered.enrolled as Registered;
  const given = { name: name ?? providerOf(registered.aaguid) ?? DEFAULT_NAME, createdAt: ctx.clock.now() };
  return completeEnrollment(ctx, {
    action: 'registerPasskey',
    answered,
    tokenDelivery,
    create: (tx, user) => tx.create(Passkey, { ...registered, ...given, user }),
  }).catch((error: unknown) => {
    // A credential is never bound to a second user (WebAuthn L3 §7.1). The answer does not reveal that there is a first.
    if (!violatedUnique(error)?.includes('raw_id')) throw error;
    const { attemptsLeft, userId: subject } = answered;
    throw new Refusal('INVALID_PASSKEY', { attemptsLeft, subject, detail: 'the credential is registered already' });
  });
}

import type { EntityManager } from '@mikro-orm/postgresql';
import { type Challenge, ChallengeMethod } from '../../challenges/challenge.entity.js';
import type { Needs } from '../../context.js';
import { beginEnrollment, enrollee, type Enrolling } from '../../factors/begin-enrollment.js';
import type { EnrollFactorInput } from '../../factors/enroll-factor.input.js';
import type { User } from '../../users/user.entity.js';
import { handleOf } from './handle-of.js';
import { CEREMONY, creationOptions, newPasskeyChallenge } from './passkey-options.js';
import { PasskeyRegistration } from './passkey-registration.js';
import { Passkey } from './passkey.entity.js';

/** Begins to register a passkey: returns the options for the browser, which list the user's passkeys. */
export async function startPasskeyRegistration(
  ctx: Needs<Enrolling>,
  { challengeToken: of }: EnrollFactorInput,
): Promise<PasskeyRegistration> {
  const who = await enrollee(ctx, of);
  const registration = new PasskeyRegistration();
  const { challenge, challengeToken } = await beginEnrollment(ctx, who, {
    method: ChallengeMethod.PASSKEY,
    lifetime: CEREMONY,
    keep: async (tx, challenge) => {
      registration.options = await optionsFor(ctx, tx, who.user, challenge);
    },
  });
  return Object.assign(registration, { challengeToken, expiresAt: challenge.expiresAt });
}

async function optionsFor(ctx: Needs<'config'>, tx: EntityManager, user: User, challenge: Challenge): Promise<object> {
  const existing = await tx.find(Passkey, { user: user.id, rpId: ctx.config.passkeyRpId });
  const handle = await handleOf(tx, user.id);
  challenge.passkeyChallenge = newPasskeyChallenge();
  return creationOptions(ctx, { challenge: challenge.passkeyChallenge, handle, user, existing });
}

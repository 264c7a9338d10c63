import { ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import { Refusal } from '../../errors.js';
import type { Authentication } from '../../sessions/authentication.js';
import { AuthenticationMethod } from '../../sessions/session.entity.js';
import type { Method, MethodNeeds, Verified } from '../method.js';
import type { OpenChallenge } from '../open-challenge.js';
import { assertionJson, detailOf, registrationJson } from './credential-json.js';
import { findPasskey } from './find-passkey.js';
import { loadWebAuthn, type WebAuthn } from './load-webauthn.js';
import { newPasskeyChallenge, requestOptions } from './passkey-options.js';
import { Passkey } from './passkey.entity.js';
import { usePasskey } from './use-passkey.js';
import { verifyAssertion } from './verify-assertion.js';
import { verifyRegistration } from './verify-registration.js';

/** A passkey, which is two factors in one: a device that the user has, and that verifies the user. */
export const passkeyMethod: Method = {
  name: ChallengeMethod.PASSKEY,
  refusal: 'INVALID_PASSKEY',
  guessable: false,
  enrolled: 'exists (select from passkeys k where k.user_id = u.id)',
  factors: { entity: Passkey, most: 20, signsIn: true },
  async begin(ctx, tx, challenge) {
    // An enrolment begins with startPasskeyRegistration.
    if (challenge.purpose === ChallengePurpose.ENROLL_FACTOR) return {};
    challenge.passkeyChallenge = newPasskeyChallenge();
    const { passkeyRpId: rpId } = ctx.config;
    // Before a link, nothing about the account is shown until it is verified to be the user's, including its passkeys.
    const shown = challenge.user && challenge.purpose !== ChallengePurpose.LINK_IDENTITY;
    const allowed = shown ? await tx.find(Passkey, { user: challenge.user, rpId }) : [];
    return { passkeyOptions: requestOptions(ctx, challenge.passkeyChallenge, allowed) };
  },
  read(_ctx, answer) {
    const given = 'credential' in answer ? answer.credential : null;
    const { data: credential } = CREDENTIAL.safeParse(given);
    return credential ? { credential } : null;
  },
  async verify(ctx, challenge, answer) {
    const { credential } = answer as { credential: unknown };
    // The challenge of a sign-in that must enrol first; startPasskeyRegistration issues another.
    if (!challenge.passkeyChallenge) throw new Refusal('CHALLENGE_EXPIRED', { subject: challenge.userId });
    const webauthn = await loadWebAuthn();
    return challenge.purpose === ChallengePurpose.ENROLL_FACTOR
      ? verifyNew(webauthn, ctx, challenge, credential)
      : verifyKnown(webauthn, ctx, challenge, credential);
  },
};

const CREDENTIAL = assertionJson.or(registrationJson);

async function verifyKnown(
  webauthn: WebAuthn,
  ctx: MethodNeeds,
  challenge: OpenChallenge,
  given: unknown,
): Promise<Verified> {
  const passkey = await findPasskey(ctx, given);
  const assertion = await orInvalidPasskey(challenge, () =>
    verifyAssertion(webauthn, ctx, { challenge, passkey, given }),
  );
  const { userId, backupEligible } = assertion.passkey;
  return { authentication: authenticated(backupEligible), userId, useUp: (tx) => usePasskey(ctx, tx, assertion) };
}

async function verifyNew(
  webauthn: WebAuthn,
  ctx: MethodNeeds,
  challenge: OpenChallenge,
  given: unknown,
): Promise<Verified> {
  const enrolled = await orInvalidPasskey(challenge, () => verifyRegistration(webauthn, ctx, { challenge, given }));
  return { authentication: authenticated(enrolled.backupEligible), enrolled };
}

/** The client gets the same refusal for every wrong credential; the log says why. */
function orInvalidPasskey<Result>(
  { attemptsLeft, userId: subject }: OpenChallenge,
  verify: () => Promise<Result>,
): Promise<Result> {
  return verify().catch((error: unknown) => {
    throw new Refusal('INVALID_PASSKEY', { attemptsLeft, subject, detail: detailOf(error) });
  });
}

/** A software key where it can be synchronised, else one of hardware; the user was present and verified (RFC 8176). */
function authenticated(backupEligible: boolean): Authentication {
  return { method: AuthenticationMethod.PASSKEY, amr: [backupEligible ? 'swk' : 'hwk', 'user', 'mfa'] };
}

import { sameBytes } from '../../platform/crypto.js';
import type { Needs } from '../../context.js';
import type { OpenChallenge } from '../open-challenge.js';
import { type AssertionJson, assertionJson, assertSameOrigin } from './credential-json.js';
import type { FoundPasskey } from './find-passkey.js';
import type { WebAuthn } from './load-webauthn.js';

export interface Assertion {
  passkey: FoundPasskey;
  signCount: number;
  backedUp: boolean;
}

interface Asserted {
  challenge: Pick<OpenChallenge, 'userId' | 'passkeyChallenge'>;
  passkey: FoundPasskey | null;
  given: unknown;
}

/** Verifies what an authenticator signed, by the steps of WebAuthn L3 §7.2. Throws an error that says what is wrong. */
export async function verifyAssertion(
  { verifyAuthenticationResponse }: WebAuthn,
  { config: { passkeyRpId, passkeyOrigins } }: Needs<'config'>,
  { challenge, passkey, given }: Asserted,
): Promise<Assertion> {
  const credential = assertionJson.parse(given);
  if (!challenge.passkeyChallenge) throw new Error('the challenge is none of a passkey');
  if (!passkey) throw new Error('the credential is unknown');
  assertOwner(challenge, passkey, credential);
  assertSameOrigin(credential);
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...credential, clientExtensionResults: {} } as never,
    expectedChallenge: Buffer.from(challenge.passkeyChallenge).toString('base64url'),
    expectedOrigin: passkeyOrigins,
    expectedRPID: passkeyRpId,
    requireUserVerification: true,
    // The counter is not compared here: a lower one may mean a cloned authenticator, which is reported to the user, not refused.
    credential: { id: credential.id, publicKey: passkey.publicKey, counter: 0 },
  });
  if (!verified) throw new Error('the signature is wrong');
  const { newCounter: signCount, credentialBackedUp: backedUp, credentialDeviceType } = authenticationInfo;
  // Only another authenticator than the registered one could have changed it.
  if ((credentialDeviceType === 'multiDevice') !== passkey.backupEligible)
    throw new Error('the backup eligibility changed');
  return { passkey, signCount, backedUp };
}

/** A user's challenge is answered by their own passkeys; one without a user by a passkey that names its user. */
function assertOwner(
  { userId }: Pick<OpenChallenge, 'userId'>,
  passkey: FoundPasskey,
  { response: { userHandle } }: AssertionJson,
): void {
  if (userId && userId !== passkey.userId) throw new Error('the credential is of another user');
  if (!userId && !userHandle) throw new Error('the user handle is missing');
  if (userHandle && !sameBytes(Buffer.from(userHandle, 'base64url'), passkey.handle))
    throw new Error('the user handle is of another user');
}

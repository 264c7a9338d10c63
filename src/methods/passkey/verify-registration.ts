import type { Needs } from '../../context.js';
import type { OpenChallenge } from '../open-challenge.js';
import { assertSameOrigin, idOf, registrationJson } from './credential-json.js';
import type { WebAuthn } from './load-webauthn.js';
import type { Passkey } from './passkey.entity.js';
import { ALGORITHMS } from './passkey-options.js';

/** What is stored of a new credential. */
export type Registered = Pick<
  Passkey,
  'rawId' | 'publicKey' | 'signCount' | 'transports' | 'backupEligible' | 'backedUp' | 'aaguid' | 'rpId'
>;

/** Verifies a new credential, by the steps of WebAuthn L3 §7.1. Throws an error that says what is wrong. */
export async function verifyRegistration(
  { verifyRegistrationResponse, decodeAttestationObject, decodeCredentialPublicKey }: WebAuthn,
  { config: { passkeyRpId, passkeyOrigins } }: Needs<'config'>,
  { challenge: { passkeyChallenge }, given }: { challenge: Pick<OpenChallenge, 'passkeyChallenge'>; given: unknown },
): Promise<Registered> {
  const credential = registrationJson.parse(given);
  if (!passkeyChallenge) throw new Error('the challenge is none of a passkey');
  assertSameOrigin(credential);
  const { attestationObject } = credential.response;
  const attestation = decodeAttestationObject(Uint8Array.from(Buffer.from(attestationObject, 'base64url')));
  // No attestation was requested. To verify the other formats, the library follows certificates, and fetches what they name.
  if (attestation.get('fmt') !== 'none' && !isSelfAttestation(attestation))
    throw new Error('attestation was not asked for');
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...credential, clientExtensionResults: {} } as never,
    expectedChallenge: Buffer.from(passkeyChallenge).toString('base64url'),
    expectedOrigin: passkeyOrigins,
    expectedRPID: passkeyRpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  });
  if (!verified) throw new Error('the attestation is wrong');
  const { credential: made, credentialDeviceType, credentialBackedUp, aaguid } = registrationInfo;
  if (!isKeyOfItsAlgorithm(decodeCredentialPublicKey(made.publicKey)))
    throw new Error('the key is of another algorithm');
  const rawId = idOf(credential);
  // The signed id counts: the one beside it in the JSON is not signed.
  if (!rawId.equals(Buffer.from(made.id, 'base64url'))) throw new Error('the id is not the signed one');
  if (rawId.length > 1023) throw new Error('the id is too long');
  return {
    rawId,
    publicKey: Buffer.from(made.publicKey),
    signCount: `${made.counter}`,
    transports: credential.response.transports ?? [],
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    aaguid,
    rpId: passkeyRpId,
  };
}

/** Signed by the new key itself: browsers pass it on where no attestation is asked for (WebAuthn L3 §5.1.3, step on `none`). */
function isSelfAttestation(attestation: { get(key: 'fmt'): string; get(key: 'attStmt'): unknown }): boolean {
  const statement = attestation.get('attStmt');
  return attestation.get('fmt') === 'packed' && statement instanceof Map && !statement.has('x5c');
}

/** The library trusts the algorithm that a key declares. A key on P-521 that declares -7 was not offered (RFC 9053 §2). */
function isKeyOfItsAlgorithm(key: { get(label: never): unknown }): boolean {
  const [kty, alg, parameter] = [1, 3, -1].map((label) => key.get(label as never));
  if (alg === -257) return kty === 3 && parameter instanceof Uint8Array && parameter.length >= 256;
  return alg === -7 ? kty === 2 && parameter === 1 : alg === -8 && kty === 1 && parameter === 6;
}

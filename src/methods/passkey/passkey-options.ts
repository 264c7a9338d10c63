import { randomBytes } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialDescriptorJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { Needs } from '../../context.js';
import { productName } from '../../platform/mail/product-name.js';
import type { Passkey } from './passkey.entity.js';

/** EdDSA, ES256, RS256 (IANA COSE Algorithms). These are offered, and no others are accepted. */
export const ALGORITHMS = [-8, -7, -257];

/** How long a passkey challenge lives, in milliseconds: WebAuthn's recommendation for the ceremony. */
export const CEREMONY = 300_000;

export function newPasskeyChallenge(): Buffer {
  return randomBytes(32);
}

/** For `navigator.credentials.get()`. Without credentials the user chooses any passkey of this domain. */
export function requestOptions(
  { config }: Needs<'config'>,
  challenge: Buffer,
  allowed: readonly Passkey[],
): PublicKeyCredentialRequestOptionsJSON {
  return {
    challenge: challenge.toString('base64url'),
    rpId: config.passkeyRpId,
    timeout: CEREMONY,
    userVerification: 'required',
    allowCredentials: allowed.map(descriptor),
  };
}

interface Registering {
  challenge: Buffer;
  handle: Buffer;
  user: { email: string; displayName: string | null };
  /** The user's passkeys: their authenticators create no second one. */
  existing: readonly Passkey[];
}

/** For `navigator.credentials.create()`. Attestation is not requested: every model of authenticator is accepted. */
export function creationOptions(
  { config }: Needs<'config'>,
  { challenge, handle, user, existing }: Registering,
): PublicKeyCredentialCreationOptionsJSON {
  return {
    challenge: challenge.toString('base64url'),
    rp: { id: config.passkeyRpId, name: productName(config) },
    user: { id: handle.toString('base64url'), name: user.email, displayName: user.displayName ?? user.email },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ alg, type: 'public-key' })),
    timeout: CEREMONY,
    excludeCredentials: existing.map(descriptor),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    extensions: { credProps: true },
  };
}

function descriptor({ credentialId: id, transports }: Passkey): PublicKeyCredentialDescriptorJSON {
  return { id, type: 'public-key', transports };
}

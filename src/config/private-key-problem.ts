import { createPrivateKey } from 'node:crypto';

/** What is wrong with a private key that must sign ES256 (RFC 7518 §3.4); null if it is valid. */
export function privateKeyProblem(pem: string): string | null {
  try {
    const { asymmetricKeyDetails } = createPrivateKey(pem);
    if (asymmetricKeyDetails?.namedCurve === 'prime256v1') return null;
  } catch {
    // The sentence below replaces OpenSSL's, which does not help an operator.
  }
  return 'write the text of the .p8 file, from -----BEGIN PRIVATE KEY----- on';
}

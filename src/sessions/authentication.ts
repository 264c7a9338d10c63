import type { AuthenticationMethod } from './session.entity.js';

/** One thing that a user has verified in a sign-in. */
export interface Authentication {
  method: AuthenticationMethod;
  /** What it is in the amr claim (RFC 8176). */
  amr: readonly string[];
}

/** By a method whose amr values are always the same. */
export function authenticatedBy(method: AuthenticationMethod): Authentication {
  return { method, amr: AMR[method] };
}

const AMR: Record<AuthenticationMethod, readonly string[]> = {
  PASSWORD: ['pwd'],
  EMAIL_CODE: ['otp'],
  EMAIL_LINK: ['otp'],
  TOTP: ['otp'],
  RECOVERY_CODE: ['otp'],
  // What is known without the passkey itself: see methods/passkey.
  PASSKEY: ['user', 'mfa'],
};

/** The amr claim: each value once, and `mfa` where two methods were verified, or one that is two factors by itself. */
export function amrOf(proved: readonly Authentication[]): string[] {
  const values = new Set(proved.flatMap(({ amr }) => amr));
  if (new Set(proved.map(({ method }) => method)).size > 1) values.add('mfa');
  // Last, as in the tables of the documentation.
  if (values.delete('mfa')) values.add('mfa');
  return [...values];
}

/** One factor, two factors, and phishing-resistant (OpenID EAP ACR Values 1.0), from the weakest to the strongest. */
export const ACR = ['urn:sallyport:acr:1', 'urn:sallyport:acr:2', 'phr'] as const;

export type Acr = (typeof ACR)[number];

/** The acr claim that follows from the amr claim. */
export function acrOf(amr: readonly string[]): Acr {
  if (!amr.includes('mfa')) return ACR[0];
  return amr.includes('swk') || amr.includes('hwk') ? ACR[2] : ACR[1];
}

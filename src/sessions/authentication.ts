import { AuthenticationMethod } from './session.entity.js';

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
  // How the provider has authenticated the user is its own word, believed only where a setting says so (RFC 8176 has no value for it).
  IDENTITY_PROVIDER: [],
};

/** Whether a second factor is among what was verified, or one method that is two factors by itself. */
export function includesSecondFactor(proved: readonly Authentication[]): boolean {
  return proved.some(({ method, amr }) => SECOND_FACTORS.has(method) || amr.includes('mfa'));
}

/** Whether what was verified makes a device trusted: a second factor, but no recovery code. That is for a factor that is lost. */
export function makesDeviceTrusted(proved: readonly Authentication[]): boolean {
  return includesSecondFactor(proved.filter(({ method }) => method !== AuthenticationMethod.RECOVERY_CODE));
}

const SECOND_FACTORS = new Set([AuthenticationMethod.TOTP, AuthenticationMethod.RECOVERY_CODE]);

/**
 * The amr claim: each value once, and `mfa` where a second factor was verified with another method, or a method that is two factors by
 * itself. A password and a code by e-mail are one factor twice: the mailbox resets the password.
 */
export function amrOf(proved: readonly Authentication[]): string[] {
  const values = new Set(proved.flatMap(({ amr }) => amr));
  if (includesSecondFactor(proved) && proved.some(({ method }) => !SECOND_FACTORS.has(method))) values.add('mfa');
  // Last, as in the tables of the documentation.
  if (values.delete('mfa')) values.add('mfa');
  return [...values];
}

/** One factor, two factors, and phishing-resistant (OpenID EAP ACR Values 1.0), from the weakest to the strongest. */
export const ACR = ['urn:sallyport:acr:1', 'urn:sallyport:acr:2', 'phr'] as const;

export type Acr = (typeof ACR)[number];

/**
 * The acr claim of a session. Phishing-resistant by a passkey alone, not by `hwk` in the amr claim: that can be a provider's word for a key
 * that is bound to no site, and the `mfa` beside it a code that was typed.
 */
export function acrOf(amr: readonly string[], methods: readonly AuthenticationMethod[]): Acr {
  if (!amr.includes('mfa')) return ACR[0];
  return methods.includes(AuthenticationMethod.PASSKEY) ? ACR[2] : ACR[1];
}

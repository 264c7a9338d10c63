import { AuthenticationMethod } from './session.entity.js';

/** One thing that a user has verified in a sign-in. */
export interface Authentication {
  method: AuthenticationMethod;
  /** Its values in the amr claim (RFC 8176). */
  amr: readonly string[];
}

/** An authentication by a method whose amr values are fixed. */
export function authenticatedBy(method: AuthenticationMethod): Authentication {
  return { method, amr: AMR[method] };
}

const AMR: Record<AuthenticationMethod, readonly string[]> = {
  PASSWORD: ['pwd'],
  EMAIL_CODE: ['otp'],
  EMAIL_LINK: ['otp'],
  TOTP: ['otp'],
  RECOVERY_CODE: ['otp'],
  // What is known without the passkey itself; methods/passkey adds the rest.
  PASSKEY: ['user', 'mfa'],
  // How the provider authenticated the user is only its claim, trusted only if a setting says so (RFC 8176 has no value for it).
  IDENTITY_PROVIDER: [],
};

/** Whether a second factor was verified, or one method that is two factors in one. */
export function includesSecondFactor(proved: readonly Authentication[]): boolean {
  return proved.some(({ method, amr }) => SECOND_FACTORS.has(method) || amr.includes('mfa'));
}

/** Whether a device may be trusted afterwards: a second factor was verified, but not by a recovery code, which replaces a lost factor. */
export function makesDeviceTrusted(proved: readonly Authentication[]): boolean {
  return includesSecondFactor(proved.filter(({ method }) => method !== AuthenticationMethod.RECOVERY_CODE));
}

const SECOND_FACTORS = new Set([AuthenticationMethod.TOTP, AuthenticationMethod.RECOVERY_CODE]);

/**
 * The amr claim: each value once, and `mfa` if a second factor was verified beside another method, or a method that is two factors in one.
 * A password and a code by e-mail are one factor twice: the mailbox resets the password.
 */
export function amrOf(proved: readonly Authentication[]): string[] {
  const values = new Set(proved.flatMap(({ amr }) => amr));
  if (includesSecondFactor(proved) && proved.some(({ method }) => !SECOND_FACTORS.has(method))) values.add('mfa');
  // `mfa` comes last, as in the documentation.
  if (values.delete('mfa')) values.add('mfa');
  return [...values];
}

/** One factor, two factors, and phishing-resistant (OpenID EAP ACR Values 1.0), from the weakest to the strongest. */
export const ACR = ['urn:sallyport:acr:1', 'urn:sallyport:acr:2', 'phr'] as const;

export type Acr = (typeof ACR)[number];

/**
 * The acr claim of a session. Only a passkey is phishing-resistant, not `hwk` in the amr claim: a provider may use that for a key that is
 * not bound to a site, and the `mfa` beside it for a typed code.
 */
export function acrOf(amr: readonly string[], methods: readonly AuthenticationMethod[]): Acr {
  if (!amr.includes('mfa')) return ACR[0];
  return methods.includes(AuthenticationMethod.PASSKEY) ? ACR[2] : ACR[1];
}

import type { Delay, LimitTable, Window, Windows } from './platform/limit-store.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A row of docs/limits.md, which is printed from here. */
interface Meant {
  /** What it counts, and why. */
  meaning: string;
}

/**
 * How often. `…address` counts for a network address (an IPv6 /64), behind which a whole office may sit: generous, against
 * spraying. `…account` counts for one person or e-mail address, known here or not: strict, against guessing and bombing.
 * A policy with several windows must have room in all of them.
 */
// oxfmt-ignore
export const WINDOWS = {
  'register.address': windows('Registrations.', per(20, 10 * MINUTE), per(100, DAY)),
  'register.account': windows('Registrations of one e-mail address.', per(10, HOUR)),
  'login.address': windows('Failed sign-ins. A successful one is not counted: an office that signs in at nine o\'clock is not a password spray.', per(100, 10 * MINUTE), per(1000, DAY)),
  // An attack by one identifier alone cannot use it up: the owner signs in with the other. The delays limit a day's guesses; a window of
  // that length would silently keep the owner out, despite the right password, for hours after an attack by both.
  'login.person': windows('Wrong passwords for one person, by e-mail address and username together. Past it even the right password is answered as wrong: any other answer would tell that the two names belong to one person. By one name alone the delays of login.account allow fewer. A right password and a reset clear the count.', per(20, 15 * MINUTE)),
  // One code tried on 200 accounts stops at the 61st.
  'verifyOtp.address': windows('Wrong codes of any purpose, and wrong passkeys. A right one is not counted.', per(60, 10 * MINUTE)),
  'verifyOtp.account': windows('Codes tried on one e-mail address. A new code brings no new budget: each has 5 attempts, and all share these. A right code is not counted.', per(25, 15 * MINUTE)),
  'verifyOtp.owner': windows('The same for challenges whose token no stranger has: requested on a device on which the owner has signed in before, in their session, or by an administrator. Guesses by strangers do not use these up.', per(25, 15 * MINUTE)),
  // A day of guesses finds the code of an authenticator app with a probability of 1 : 3000.
  'secondFactor.account': windows('Codes of authenticator apps tried at sign-ins of one person, by a client that knows the first factor. Such a client can use them up, and then a code is refused on a device that is not known. Passkeys and recovery codes cannot be guessed, are not counted, and still sign in; a new password ends the guesses. On a device on which the owner has signed in before, secondFactor.owner counts instead. A right answer is not counted.', per(20, 15 * MINUTE), per(100, DAY)),
  'secondFactor.owner': windows('The same on a device on which the owner has signed in before, which may be stolen. Guesses by strangers do not use these up.', per(20, 15 * MINUTE), per(100, DAY)),
  'secondFactorNotice.account': windows('Mails that tell one person of sign-ins that passed the first factor and then failed five times at the second, in a day. Past it none is sent, and no request is refused.', per(1, DAY)),
  'requestReauthentication.account': windows('Challenges for reauthenticate, requested by one person.', per(20, 10 * MINUTE)),
  'reauthenticate.code': windows('Codes of mails and authenticator apps tried at reauthenticate by one person. They are counted separately from codes at sign-ins: a stolen session does not keep the owner out. A right code is not counted.', per(20, 15 * MINUTE), per(100, DAY)),
  'startPasskeySignIn.address': windows('Sign-ins with a passkey begun. A page that offers them in autofill begins one whenever it loads.', per(300, 10 * MINUTE), per(5000, DAY)),
  'challenge.address': windows('Queries for the state of a challenge. A page that waits queries it every few seconds.', per(3000, 10 * MINUTE)),
  'startProviderSignIn.address': windows('Sign-ins with an identity provider begun, and their start addresses opened.', per(300, 10 * MINUTE), per(5000, DAY)),
  'providerCallback.address': windows('Answers of identity providers, which the browser brings.', per(300, 10 * MINUTE), per(5000, DAY)),
  'completeProviderSignIn.address': windows('Wrong codes of sign-ins with an identity provider. A right one is not counted. There is no limit for one code: it would let a thief of the code keep its owner out, and no one guesses a verifier.', per(60, 10 * MINUTE)),
  'providerLogout.address': windows('Logout tokens and security events of identity providers that are refused. A right one is not counted: all of a provider come from one address.', per(600, 10 * MINUTE)),
  'linkIdentity.account': windows('Links of identities begun by one person.', per(20, HOUR)),
  'unlinkIdentity.account': windows('Identities unlinked by one person.', per(30, HOUR)),
  'resendOtp.address': windows('Codes requested again.', per(30, 10 * MINUTE)),
  'resendOtp.account': windows('Codes requested again for one e-mail address, by resendOtp or by signing in before the address is verified.', per(5, 15 * MINUTE), per(20, DAY)),
  'requestPasswordReset.address': windows('Resets requested.', per(20, 10 * MINUTE), per(100, DAY)),
  'requestPasswordReset.account': windows('Resets requested for one e-mail address.', per(5, 15 * MINUTE), per(20, DAY)),
  'requestPasswordReset.device': windows('Resets requested by the owner, on a device that has signed in before. Requests by strangers do not use these up.', per(5, 15 * MINUTE), per(20, DAY)),
  'requestSignInCode.address': windows('Sign-in codes requested.', per(60, 10 * MINUTE), per(600, DAY)),
  'requestSignInCode.account': windows('Sign-in codes requested for one e-mail address, and codes for linking an identity to its account.', per(5, 15 * MINUTE), per(20, DAY)),
  'requestSignInCode.device': windows('Sign-in codes requested by the owner, on a device that has signed in before. Requests by strangers do not use these up.', per(10, 15 * MINUTE), per(40, DAY)),
  'resetPassword.address': windows('Passwords reset, codes of resets checked, and changes of address undone, by codes and links.', per(60, 10 * MINUTE)),
  'resetPassword.account': windows('Passwords reset for one person.', per(20, 15 * MINUTE)),
  'changePassword.account': windows('Passwords changed by one person.', per(10, HOUR)),
  'requestEmailChange.account': windows('Changes of address requested by one person.', per(5, HOUR), per(10, DAY)),
  'requestEmailVerification.account': windows('Codes to verify the address, requested by one person.', per(5, 15 * MINUTE), per(20, DAY)),
  'confirmEmailChange.account': windows('Codes tried for a change of address by one person.', per(20, 15 * MINUTE)),
  'deleteAccount.account': windows('Deletions tried by one person.', per(5, HOUR)),
  'enrollFactor.account': windows('Enrolments of factors begun by one person. The codes that confirm one are not counted: the client was given the secret. Each enrolment allows 5 tries.', per(20, HOUR)),
  'createApiKey.account': windows('API keys created by one person.', per(20, HOUR)),
  'revokeApiKey.account': windows('API keys revoked by one person. A person who revokes each key that they may have must not be stopped.', per(200, HOUR)),
  'issueToken.address': windows('Wrong credentials of service accounts at POST /oauth/token, POST /oauth/introspect and GET /revocations. Past it they are answered with 429 and not written to the audit log. Right ones are not counted and never refused: a secret of 190 bits is not guessed, and one broken program must not stop its neighbours.', per(60, 10 * MINUTE)),
  'issueToken.account': windows('The same for one service account.', per(60, 10 * MINUTE)),
  'impersonateUser.account': windows('Impersonations begun by one administrator. Each sends a mail.', per(20, HOUR)),
  'changeFactors.account': windows('Factors renamed and removed, and recovery codes generated, by one person.', per(30, HOUR)),
  'updateProfile.account': windows('Changes of the profile by one person.', per(30, 10 * MINUTE)),
  'updateAvatar.account': windows('Pictures uploaded and removed by one person, and upload addresses requested: an upload counts as two.', per(40, HOUR), per(120, DAY)),
  'resendWebhook.account': windows('Tests of webhooks and deliveries sent again, requested by one person.', per(60, 10 * MINUTE)),
  'requestDataExport.account': windows('Exports of their data requested by one person.', per(5, DAY)),
  'downloadDataExport.account': windows('Downloads of exports by one person.', per(20, HOUR)),
  'mail.recipient': windows('Codes and links to one e-mail address, whatever causes them, so that no mailbox can be flooded. A reset or a sign-in code that the owner requests on a device that has signed in before counts only as requestPasswordReset.device or requestSignInCode.device, and security notices are not counted.', per(5, 15 * MINUTE), per(30, DAY)),
  'notice.account': windows('Notices of one kind to one person, who could cause any number by signing in and out. Past it none is sent, and no request is refused.', per(5, HOUR)),
  'mail.global': windows('All mails: what a common mail provider allows one sender. Past it, mail waits in the queue, and no request is refused.', per(600, 10 * MINUTE)),
  'mail.notices': windows('The part of mail.global that mails without a code may use. The rest is kept for codes.', per(400, 10 * MINUTE)),
  'audit.refused': windows('Refusals that are written to the audit log, per operation and caller, so that no caller can fill the disk. Past it they are not written.', per(100, 10 * MINUTE)),
  'audit.limited': windows('The same for refusals by a limit: one a minute is enough.', per(1, MINUTE)),
} satisfies Record<string, Windows & Meant>;

/**
 * Guesses at a password: a growing wait, never a lockout (ASVS 6.1.1). Ten minutes at most, so that the owner does not
 * wait long after an attack has ended; forgotten late, so that pausing gives no new free guesses: about 150 a day for one name.
 */
// oxfmt-ignore
export const DELAYS = {
  'login.account': { free: 5, first: SECOND, most: 10 * MINUTE, forget: 12 * HOUR, meaning: 'Wrong passwords for one identifier.' },
  // Key: account and device.
  'login.device': { free: 5, first: SECOND, most: 10 * MINUTE, forget: 12 * HOUR, meaning: 'Wrong passwords by the owner, on a device that has signed in before: an attacker\'s guesses do not delay them.' },
  'reauthenticate.account': { free: 5, first: SECOND, most: 10 * MINUTE, forget: 12 * HOUR, meaning: 'Wrong passwords at reauthenticate, changePassword, requestEmailChange and deleteAccount, in one budget: with a stolen session an attacker would guess there.' },
} satisfies Record<string, Delay & Meant>;

/** Counted in the session's row, by the statement that refreshes (sessions/rotate.ts): exactly, and without Redis. */
// oxfmt-ignore
export const REFRESHES: Window & Meant = { ...per(150, 5 * MINUTE), meaning: 'Refreshes of one session, which needs one for each life of an access token. Counted exactly, in PostgreSQL with the session, whatever happens to Redis.' };

/** The limits of this server before settings apply. */
export const POLICIES: LimitTable<WindowPolicy, DelayPolicy> = { windows: WINDOWS, delays: DELAYS };

export type WindowPolicy = keyof typeof WINDOWS;
export type DelayPolicy = keyof typeof DELAYS;

function per(points: number, period: number): Window {
  return { points, period };
}

function windows(meaning: string, ...list: Window[]): Windows & Meant {
  return { meaning, windows: list };
}

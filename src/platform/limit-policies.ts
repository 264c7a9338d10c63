const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** At most `points` in a period that begins with the first of them. */
export interface Window {
  points: number;
  /** Milliseconds. */
  period: number;
}

/** `free` attempts, then a wait that doubles from `first` up to `most`; all is forgotten `forget` after the last wait. */
export interface Delay {
  free: number;
  first: number;
  most: number;
  forget: number;
}

/**
 * How often. `…address` counts for a network address (an IPv6 /64), behind which a whole office may sit: generous, against
 * spraying. `…account` counts for one person or e-mail address, known here or not: strict, against guessing and bombing.
 * A policy of several windows must have room in all of them.
 */
export const WINDOWS = {
  'register.address': [per(20, 10 * MINUTE), per(100, DAY)],
  'register.account': [per(10, HOUR)],

  // Refunded on success: an office that signs in at nine o'clock is not a password spray.
  'login.address': [per(100, 10 * MINUTE), per(1000, DAY)],

  // One code tried on 200 accounts stops at the 61st. A new code brings no new budget: each has 5 attempts, all share 25: five mails' worth, so that a stranger's guesses leave the owner theirs.
  'verifyOtp.address': [per(60, 10 * MINUTE)],
  'verifyOtp.account': [per(25, 15 * MINUTE)],
  'resendOtp.address': [per(30, 10 * MINUTE)],
  'resendOtp.account': [per(5, 15 * MINUTE), per(20, DAY)],

  'requestPasswordReset.address': [per(20, 10 * MINUTE), per(100, DAY)],
  'requestPasswordReset.account': [per(5, 15 * MINUTE), per(20, DAY)],
  // The owner, on a device that has signed in before: what strangers ask for does not use up what they may.
  'requestPasswordReset.device': [per(5, 15 * MINUTE), per(20, DAY)],
  'resetPassword.address': [per(60, 10 * MINUTE)],
  'resetPassword.account': [per(20, 15 * MINUTE)],
  'changePassword.account': [per(10, HOUR)],
  'requestEmailChange.account': [per(5, HOUR), per(10, DAY)],
  'confirmEmailChange.account': [per(20, 15 * MINUTE)],
  'deleteAccount.account': [per(5, HOUR)],
  'updateProfile.account': [per(30, 10 * MINUTE)],

  // Whatever causes them, codes and links to one address: nobody's mailbox is a toy. Security notices are not counted.
  'mail.recipient': [per(5, 15 * MINUTE), per(30, DAY)],
  // Notices that a person can cause without end, by signing in and out; for one kind and one person. Past it none is sent.
  'notice.account': [per(5, HOUR)],
  // What a common mail provider lets one sender send; past it, the provider would silence everybody's mail.
  'mail.global': [per(600, 10 * MINUTE)],

  // Refusals that are written into the audit log, for one operation and whoever calls it: nobody fills the disk with them.
  'audit.refused': [per(100, 10 * MINUTE)],
  // Of those that a limit refuses, one in a minute tells it all.
  'audit.limited': [per(1, MINUTE)],
} satisfies Record<string, Window[]>;

/**
 * Guesses at a password: a growing wait, never a lockout (ASVS 6.1.1). Ten minutes at most, so that an attack that has
 * ended keeps nobody out for long; forgotten late, so that pausing gives no new free guesses: about 150 a day for one name.
 */
export const DELAYS = {
  'login.account': { free: 5, first: SECOND, most: 10 * MINUTE, forget: 12 * HOUR },
  // The owner, on a device that has signed in before (key: account and device): an attacker's guesses do not delay them.
  'login.device': { free: 5, first: SECOND, most: 10 * MINUTE, forget: 12 * HOUR },
  // Whoever holds a stolen session guesses the password at changePassword, requestEmailChange and deleteAccount: one budget.
  'reauthenticate.account': { free: 5, first: SECOND, most: 10 * MINUTE, forget: 12 * HOUR },
} satisfies Record<string, Delay>;

export type WindowPolicy = keyof typeof WINDOWS;
export type DelayPolicy = keyof typeof DELAYS;

function per(points: number, period: number): Window {
  return { points, period };
}

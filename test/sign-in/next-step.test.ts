import { describe, expect, test } from '@jest/globals';
import { ChallengeMethod } from '../../src/challenges/challenge.entity.js';
import { nextStep, type SignInFacts } from '../../src/sign-in/next-step.js';
import { authenticatedBy } from '../../src/sessions/authentication.js';
import { AuthenticationMethod } from '../../src/sessions/session.entity.js';

const outcomeOf = (facts: SignInFacts) => {
  const next = nextStep(facts);
  if (next.step === 'refusal') return next.code;
  return next.step === 'challenge' ? next.purpose : 'session';
};

const { PASSWORD, EMAIL_CODE, EMAIL_LINK, TOTP, RECOVERY_CODE, PASSKEY } = AuthenticationMethod;
const by = (...methods: AuthenticationMethod[]) => methods.map(authenticatedBy);
const inGoodStanding = { suspended: false, addressVerified: true };

describe('the account', () => {
  // Each combination, in the order: suspended, address verified, address must be verified.
  test.each([
    [false, true, true, 'session'],
    [false, true, false, 'session'],
    [false, false, false, 'session'],
    [false, false, true, 'VERIFY_EMAIL'],
    [true, true, true, 'ACCOUNT_SUSPENDED'],
    [true, true, false, 'ACCOUNT_SUSPENDED'],
    [true, false, false, 'ACCOUNT_SUSPENDED'],
    [true, false, true, 'ACCOUNT_SUSPENDED'],
  ])('suspended %s, verified %s, must be verified %s: %s', (suspended, addressVerified, must, expected) => {
    const account = { suspended, addressVerified };
    const factors = { enrolled: [], demanded: false, trustedDevice: false };
    expect(outcomeOf({ proved: by(PASSWORD), account, addressMustBeVerified: must, ...factors })).toBe(expected);
    // Whatever else was verified: neither a factor nor a trusted device makes up for it.
    if (expected === 'session') return;
    for (const proved of [by(PASSWORD, TOTP), by(PASSKEY), by(EMAIL_CODE, RECOVERY_CODE)]) {
      for (const enrolled of [[], [ChallengeMethod.TOTP]]) {
        for (const flag of [true, false]) {
          const given = { proved, account, addressMustBeVerified: must, enrolled };
          expect(outcomeOf({ ...given, demanded: flag, trustedDevice: true })).toBe(expected);
          expect(outcomeOf({ ...given, demanded: flag, trustedDevice: false })).toBe(expected);
        }
      }
    }
  });
});

describe('the factors', () => {
  const ONE = [
    'session',
    'session',
    'ENROLL_FACTOR',
    'ENROLL_FACTOR',
    'SECOND_FACTOR',
    'session',
    'SECOND_FACTOR',
    'session',
  ];
  const TWO = Array.from({ length: 8 }, () => 'session');
  // The columns: enrolled no/yes, in it demanded no/yes, in it on a trusted device no/yes.
  const columns = [false, true].flatMap((has) =>
    [false, true].flatMap((demanded) => [false, true].map((trustedDevice) => ({ has, demanded, trustedDevice }))),
  );
  test.each([
    ['a password', by(PASSWORD), ONE],
    ['a code', by(EMAIL_CODE), ONE],
    ['a link', by(EMAIL_LINK), ONE],
    ['a password and a code', by(PASSWORD, EMAIL_CODE), ONE],
    ['a passkey', by(PASSKEY), TWO],
    ['a password and an authenticator app', by(PASSWORD, TOTP), TWO],
    ['a password and a recovery code', by(PASSWORD, RECOVERY_CODE), TWO],
    ['a password and a passkey', by(PASSWORD, PASSKEY), TWO],
    ['a code and an authenticator app', by(EMAIL_CODE, TOTP), TWO],
    ['a code and a recovery code', by(EMAIL_CODE, RECOVERY_CODE), TWO],
    ['a code and a passkey', by(EMAIL_CODE, PASSKEY), TWO],
  ])('%s', (_name, proved, expected) => {
    const outcomes = columns.map(({ has, demanded, trustedDevice }) => {
      const enrolled = has ? [ChallengeMethod.TOTP, ChallengeMethod.RECOVERY_CODE] : [];
      const factors = { enrolled, demanded, trustedDevice };
      return outcomeOf({ proved, account: inGoodStanding, addressMustBeVerified: true, ...factors });
    });
    expect(outcomes).toEqual(expected);
  });

  test('the challenge names the factors that the user has, and to enrol those that there are', () => {
    const facts = { proved: by(PASSWORD), account: inGoodStanding, addressMustBeVerified: true, trustedDevice: false };
    const enrolled = [ChallengeMethod.PASSKEY];
    expect(nextStep({ ...facts, enrolled, demanded: true })).toMatchObject({ methods: ['PASSKEY'] });
    expect(nextStep({ ...facts, enrolled: [], demanded: true })).toMatchObject({ methods: ['TOTP', 'PASSKEY'] });
  });
});

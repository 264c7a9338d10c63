import { describe, expect, test } from '@jest/globals';
import { type PasswordFacts, passwordVerdict, type PasswordVerdict } from '../../src/sign-in/password-verdict.js';

const BOTH = [false, true] as const;
const MATCHES = ['account', 'registration', null] as const;
const ACCOUNTS = {
  none: null,
  verified: { suspended: false, addressVerified: true },
  unverified: { suspended: false, addressVerified: false },
  'suspended, verified': { suspended: true, addressVerified: true },
  'suspended, unverified': { suspended: true, addressVerified: false },
};
type Account = keyof typeof ACCOUNTS;
const NAMES = Object.keys(ACCOUNTS) as Account[];
const NO_ACCOUNT: Account[] = ['none'];
const ANY_ACCOUNT = NAMES.filter((name) => name !== 'none');
const SUSPENDED: Account[] = ['suspended, verified', 'suspended, unverified'];

/** `any`: whether or not. */
type Asked = boolean | 'any';
const [yes, no, any] = [true, false, 'any'] as const;

// Each row stands for all the combinations it names.
// Verdict, whose hash matches, the account, the address must be verified, with a challenge, within the limit, legacy system failing.
type Line = [PasswordVerdict, PasswordFacts['matches'], Account[], Asked, Asked, Asked, Asked];
const TABLE: Line[] = [
  ['right', 'account', ['verified'], any, any, yes, any],
  ['right', 'account', ['unverified'], no, any, yes, any],
  ['over-limit', 'account', ['verified'], any, any, no, any],
  ['over-limit', 'account', ['unverified'], no, any, no, any],
  // Whether or not it is within the limit.
  ['verify-address', 'account', ['unverified'], yes, no, any, any],
  ['unverified', 'account', ['unverified'], yes, yes, any, any],
  // Beyond the limit nobody learns that it is suspended.
  ['suspended', 'account', SUSPENDED, any, any, yes, any],
  ['over-limit', 'account', SUSPENDED, any, any, no, any],

  ['verify-registration', 'registration', NO_ACCOUNT, any, no, any, any],
  ['wrong', 'registration', NO_ACCOUNT, any, yes, any, no],
  ['unavailable', 'registration', NO_ACCOUNT, any, yes, any, yes],
  // As without an account, whatever its standing: otherwise the answer would reveal the account.
  ['verify-registration', 'registration', ANY_ACCOUNT, yes, no, any, any],
  ['wrong', 'registration', ANY_ACCOUNT, yes, yes, any, no],
  ['unavailable', 'registration', ANY_ACCOUNT, yes, yes, any, yes],
  ['wrong', 'registration', ANY_ACCOUNT, no, any, any, no],
  ['unavailable', 'registration', ANY_ACCOUNT, no, any, any, yes],

  ['wrong', null, NAMES, any, any, any, no],
  ['unavailable', null, NAMES, any, any, any, yes],

  // Impossible, and refused.
  ['wrong', 'account', NO_ACCOUNT, any, any, any, no],
  ['unavailable', 'account', NO_ACCOUNT, any, any, any, yes],
];

const COMBINATIONS = MATCHES.flatMap((matches) =>
  NAMES.flatMap((name) =>
    BOTH.flatMap((must) =>
      BOTH.flatMap((challenge) =>
        BOTH.flatMap((within) => BOTH.map((failing) => ({ matches, name, must, challenge, within, failing }))),
      ),
    ),
  ),
);
type Combination = (typeof COMBINATIONS)[number];

const covers = ([, matches, accounts, ...asked]: Line, of: Combination) => {
  const given = [of.must, of.challenge, of.within, of.failing];
  const same = asked.every((one, place) => one === 'any' || one === given[place]);
  return same && of.matches === matches && accounts.includes(of.name);
};

const verdictOf = ({ matches, name, must, challenge, within, failing }: Combination) =>
  passwordVerdict({
    matches,
    account: ACCOUNTS[name],
    addressMustBeVerified: must,
    answersChallenge: challenge,
    withinLimit: within,
    legacyFailing: failing,
  });

test('the table has each combination of facts exactly once', () => {
  expect(COMBINATIONS).toHaveLength(240);
  const rows = COMBINATIONS.map((one) => TABLE.filter((line) => covers(line, one)).length);
  expect(rows).toEqual(COMBINATIONS.map(() => 1));
});

describe('a password', () => {
  test.each(TABLE)(
    '%s: matches %s, account %s, must be verified %s, with a challenge %s, within the limit %s, legacy failing %s',
    (expected, ...row) => {
      for (const one of COMBINATIONS.filter((combination) => covers([expected, ...row], combination)))
        expect({ ...one, verdict: verdictOf(one) }).toEqual({ ...one, verdict: expected });
    },
  );
});

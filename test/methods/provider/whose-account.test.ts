import { describe, expect, test } from '@jest/globals';
import { ChallengeMethod } from '../../../src/challenges/challenge.entity.js';
import { whoseAccount } from '../../../src/methods/provider/whose-account.js';

const { PASSWORD, PASSKEY, EMAIL_CODE } = ChallengeMethod;
const email = 'ada@example.com';
const VERIFIED = { id: 'the owner', verified: true, methods: [PASSWORD, PASSKEY] };
const UNVERIFIED = { ...VERIFIED, verified: false };
const owners = { nobody: null, verified: VERIFIED, unverified: UNVERIFIED };
const booleans = [true, false];

describe('an address without a known identity', () => {
  // The address verified by the provider, the provider authoritative, whose address it is, registration open: what follows.
  test.each([
    [true, true, 'verified', 'link'],
    [true, true, 'unverified', 'ask-owner'],
    [true, false, 'verified', 'ask-owner'],
    [true, false, 'unverified', 'ask-owner'],
    [false, true, 'verified', 'ask-address'],
    [false, true, 'unverified', 'ask-address'],
    [false, true, 'nobody', 'ask-address'],
    [false, false, 'verified', 'ask-address'],
    [false, false, 'unverified', 'ask-address'],
    [false, false, 'nobody', 'ask-address'],
  ] as const)('verified %s, authoritative %s, of %s: %s', (emailVerified, authoritative, whose, step) => {
    for (const registrationOpen of booleans) {
      const profile = { email, emailVerified, authoritative };
      const verdict = whoseAccount({ profile, knownAs: null, owner: owners[whose], registrationOpen });
      expect(verdict.step).toBe(step);
    }
  });

  test.each(booleans)(
    'opens an account where nobody has it, and registration is open (authoritative: %s)',
    (authoritative) => {
      const facts = { profile: { email, emailVerified: true, authoritative }, knownAs: null, owner: null };
      expect(whoseAccount({ ...facts, registrationOpen: true })).toEqual({ step: 'open', email });
      expect(whoseAccount({ ...facts, registrationOpen: false })).toEqual({
        step: 'refusal',
        code: 'REGISTRATION_CLOSED',
      });
    },
  );

  test('is answered by what the owner signs in with; by the mailbox alone where the owner has verified nothing', () => {
    const facts = {
      profile: { email, emailVerified: true, authoritative: false },
      knownAs: null,
      registrationOpen: true,
    };
    expect(whoseAccount({ ...facts, owner: VERIFIED })).toMatchObject({ methods: [PASSWORD, PASSKEY, EMAIL_CODE] });
    expect(whoseAccount({ ...facts, owner: UNVERIFIED })).toMatchObject({ methods: [EMAIL_CODE] });
  });
});

test('a known identity signs in its user, whatever the provider says of the address', () => {
  for (const emailVerified of booleans)
    for (const authoritative of booleans)
      for (const told of [email, null])
        for (const owner of Object.values(owners))
          for (const registrationOpen of booleans) {
            const profile = { email: told, emailVerified, authoritative };
            const verdict = whoseAccount({ profile, knownAs: 'a user', owner, registrationOpen });
            expect(verdict).toEqual({ step: 'sign-in', userId: 'a user' });
          }
});

test('no address and no known identity is refused', () => {
  for (const emailVerified of booleans)
    for (const authoritative of booleans)
      for (const registrationOpen of booleans) {
        const profile = { email: null, emailVerified, authoritative };
        const verdict = whoseAccount({ profile, knownAs: null, owner: null, registrationOpen });
        expect(verdict).toEqual({ step: 'refusal', code: 'PROVIDER_FAILED' });
      }
});

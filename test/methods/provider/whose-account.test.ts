import { describe, expect, test } from '@jest/globals';
import { ChallengeMethod } from '../../../src/challenges/challenge.entity.js';
import { whoseAccount } from '../../../src/methods/provider/whose-account.js';

const { PASSWORD, PASSKEY, EMAIL_CODE } = ChallengeMethod;
const email = 'ada@example.com';
const VERIFIED = { id: 'the owner', verified: true, methods: [PASSWORD, PASSKEY] };
const UNVERIFIED = { ...VERIFIED, verified: false };
const owners = { none: null, verified: VERIFIED, unverified: UNVERIFIED };
const booleans = [true, false];

/** What a provider says of the address, and what a setting says of the provider. */
const SAID = booleans.flatMap((emailVerified) =>
  booleans.flatMap((authoritative) => booleans.map((trusted) => ({ emailVerified, authoritative, trusted }))),
);

describe('an address without a known identity', () => {
  // The address verified by the provider, the provider authoritative, trusted; then whose address it is, and what follows.
  test.each([
    // Its word counts.
    [true, true, 'any', { none: 'open', verified: 'link', unverified: 'ask-owner' }],
    [true, false, true, { none: 'open', verified: 'ask-owner', unverified: 'ask-owner' }],
    // It does not: nothing that follows tells whose address it is.
    [true, false, false, { none: 'ask-address', verified: 'ask-address', unverified: 'ask-address' }],
    [false, 'any', 'any', { none: 'ask-address', verified: 'ask-address', unverified: 'ask-address' }],
  ] as const)('verified %s, authoritative %s, trusted %s: %j', (verified, authoritative, trusted, follows) => {
    const meant = SAID.filter(
      (said) =>
        said.emailVerified === verified &&
        (authoritative === 'any' || said.authoritative === authoritative) &&
        (trusted === 'any' || said.trusted === trusted),
    );
    expect(meant.length).toBeGreaterThan(0);
    for (const said of meant)
      for (const [whose, step] of Object.entries(follows)) {
        const owner = owners[whose as keyof typeof owners];
        const facts = { profile: { email, ...said }, knownAs: null, owner };
        expect(whoseAccount({ ...facts, registrationOpen: true }).step).toBe(step);
        const closed = whoseAccount({ ...facts, registrationOpen: false });
        if (step === 'open') expect(closed).toEqual({ step: 'refusal', code: 'REGISTRATION_CLOSED' });
        else expect(closed.step).toBe(step);
      }
  });

  test('is answered by what the owner signs in with; by the mailbox alone where the owner has verified nothing', () => {
    const facts = {
      profile: { email, emailVerified: true, authoritative: false, trusted: true },
      knownAs: null,
      registrationOpen: true,
    };
    expect(whoseAccount({ ...facts, owner: VERIFIED })).toMatchObject({ methods: [PASSWORD, PASSKEY, EMAIL_CODE] });
    expect(whoseAccount({ ...facts, owner: UNVERIFIED })).toMatchObject({ methods: [EMAIL_CODE] });
  });
});

test('a known identity signs in its user, whatever the provider says of the address', () => {
  for (const said of SAID)
    for (const told of [email, null])
      for (const owner of Object.values(owners))
        for (const registrationOpen of booleans) {
          const profile = { email: told, ...said };
          const verdict = whoseAccount({ profile, knownAs: 'a user', owner, registrationOpen });
          expect(verdict).toEqual({ step: 'sign-in', userId: 'a user' });
        }
});

test('no address and no known identity is refused', () => {
  for (const said of SAID)
    for (const registrationOpen of booleans) {
      const profile = { email: null, ...said };
      const verdict = whoseAccount({ profile, knownAs: null, owner: null, registrationOpen });
      expect(verdict).toEqual({ step: 'refusal', code: 'PROVIDER_FAILED' });
    }
});

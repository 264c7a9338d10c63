import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Authenticator, FLAGS, type Tampering } from '../../support/authenticator.js';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import {
  beginPasskeySignIn,
  type Begun,
  ORIGIN,
  signInByPasskey,
  verifyPasskey,
  whyRefused,
  withPasskey,
} from '../../support/passkeys.js';
import { LOGIN, type SignedInPerson, signedInPerson } from '../../support/people.js';

let gateway: TestGateway;
let ada: SignedInPerson;
let device: Authenticator;
let eve: SignedInPerson;
let hers: Authenticator;
beforeAll(async () => {
  gateway = await startGateway();
  [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
  device = await withPasskey(gateway, ada);
  hers = await withPasskey(gateway, eve);
});

const sessionsOf = async ({ id }: SignedInPerson) =>
  (await gateway.database.sql('select from sessions where user_id = $1', [id])).length;
const secondFactor = async ({ email, password }: SignedInPerson): Promise<Begun> => {
  const query = LOGIN.replace('purpose', 'passkeyOptions');
  return (await gateway.ask(query, { input: { identifier: email, password } })).login;
};
const anHandle = (begun: Begun, authenticator: Authenticator): string =>
  authenticator.sign(begun.passkeyOptions).response.userHandle;

const USUAL = FLAGS.UP | FLAGS.UV;
const FORGED: [what: string, Tampering, why: RegExp][] = [
  ['another origin', { origin: 'https://evil.example' }, /origin/],
  ['an origin that ends as ours', { origin: 'http://evil.localhost:4000' }, /origin/],
  ['an origin without its port', { origin: 'http://localhost' }, /origin/],
  ['the type of a registration', { type: 'webauthn.create' }, /type/],
  ['another challenge', { challenge: randomBytes(32).toString('base64url') }, /challenge/],
  ['no challenge', { clientData: { challenge: null } }, /challenge/],
  ['another RP ID', { rpId: 'evil.example' }, /RP ID/],
  ['a frame of another origin', { clientData: { crossOrigin: true } }, /frame/],
  ['a frame that names the page above', { clientData: { crossOrigin: true, topOrigin: ORIGIN } }, /frame/],
  ['no user verification', { flags: FLAGS.UP }, /User verification/],
  ['no user presence', { flags: FLAGS.UV }, /not present/],
  ['a backup eligibility that it did not have', { flags: USUAL | FLAGS.BE }, /backup eligibility/],
  ['a backup without eligibility', { flags: USUAL | FLAGS.BS }, /backed up/],
  ['a changed signature', { spoil: 'signature' }, /signature/],
  ['changed authenticator data', { spoil: 'authenticatorData' }, /signature/],
  ['no user handle', { userHandle: null }, /handle is missing/],
  ['an unknown user handle', { userHandle: randomBytes(32).toString('base64url') }, /handle is of another/],
  ['an unknown credential', { credentialId: randomBytes(32) }, /unknown/],
];

describe.each(FORGED)('%s', (_what, tampering, why) => {
  test('is refused, and starts no session', async () => {
    const before = await sessionsOf(ada);
    expectCode(await signInByPasskey(gateway, device, tampering), 'INVALID_PASSKEY');
    expect(whyRefused(gateway)).toMatch(why);
    expect(await sessionsOf(ada)).toBe(before);
  });
});

test('a changed byte of the client data is refused, wherever it is', async () => {
  const begun = await beginPasskeySignIn(gateway);
  const right = device.sign(begun.passkeyOptions);
  const text = Buffer.from(right.response.clientDataJSON, 'base64url').toString();
  // Still JSON that says the same: what was signed are the bytes.
  const clientDataJSON = Buffer.from(`${text} `).toString('base64url');
  expectCode(
    await verifyPasskey(gateway, begun, { ...right, response: { ...right.response, clientDataJSON } }),
    'INVALID_PASSKEY',
  );
  expect(whyRefused(gateway)).toMatch(/signature/);
});

test('a passkey of a synchronised kind that turns into one of hardware is refused', async () => {
  const synced = await withPasskey(gateway, await signedInPerson(gateway), { synced: true });
  expectCode(await signInByPasskey(gateway, synced, { flags: USUAL }), 'INVALID_PASSKEY');
  expect(whyRefused(gateway)).toMatch(/backup eligibility/);
});

describe('an assertion works once', () => {
  test('and not again for the same challenge, nor for another', async () => {
    const begun = await beginPasskeySignIn(gateway);
    const credential = device.sign(begun.passkeyOptions);
    expect((await verifyPasskey(gateway, begun, credential)).errors).toEqual([]);
    expectCode(await verifyPasskey(gateway, begun, credential), 'CHALLENGE_EXPIRED');
    expectCode(await verifyPasskey(gateway, await beginPasskeySignIn(gateway), credential), 'INVALID_PASSKEY');
  });

  test('on two replicas ten times at once: one session', async () => {
    const other = await gateway.replica();
    const begun = await beginPasskeySignIn(gateway);
    const credential = device.sign(begun.passkeyOptions);
    const before = await sessionsOf(ada);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => verifyPasskey(index % 2 ? gateway : other, begun, credential)),
    );
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    expect(await sessionsOf(ada)).toBe(before + 1);
  });

  test('and five wrong ones use up the challenge, also at once', async () => {
    const begun = await beginPasskeySignIn(gateway);
    const wrong = device.sign(begun.passkeyOptions, { spoil: 'signature' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => verifyPasskey(gateway, begun, wrong)));
    const codes = answers.map(({ errors }) => errors[0]?.extensions.code);
    expect(codes.filter((code) => code === 'INVALID_PASSKEY')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(5);
    const right = await verifyPasskey(gateway, begun, device.sign(begun.passkeyOptions));
    expectCode(right, 'TOO_MANY_ATTEMPTS');
  });
});

describe('a passkey of another user', () => {
  test('does not answer the second factor of an owner whose password is known', async () => {
    const challenge = await secondFactor(ada);
    for (const tampering of [{}, { userHandle: null }, { userHandle: anHandle(challenge, device) }]) {
      const credential = hers.sign(challenge.passkeyOptions, tampering);
      expectCode(await verifyPasskey(gateway, challenge, credential), 'INVALID_PASSKEY');
      expect(whyRefused(gateway)).toMatch(/credential is of another user/);
    }
  });

  test('signs in no other user by their user handle', async () => {
    const begun = await beginPasskeySignIn(gateway);
    const credential = hers.sign(begun.passkeyOptions, { userHandle: anHandle(begun, device) });
    expectCode(await verifyPasskey(gateway, begun, credential), 'INVALID_PASSKEY');
    expect(whyRefused(gateway)).toMatch(/handle is of another user/);
  });

  test('and the name of the credential of the owner do not fit together', async () => {
    const begun = await beginPasskeySignIn(gateway);
    const tampering = { credentialId: device.credentialId, userHandle: anHandle(begun, device) };
    expectCode(await verifyPasskey(gateway, begun, hers.sign(begun.passkeyOptions, tampering)), 'INVALID_PASSKEY');
    expect(whyRefused(gateway)).toMatch(/signature/);
  });

  test('with the handle of the owner is not enough for the second factor of the owner either', async () => {
    const challenge = await secondFactor(ada);
    const credential = device.sign(challenge.passkeyOptions, { userHandle: anHandle(challenge, hers) });
    expectCode(await verifyPasskey(gateway, challenge, credential), 'INVALID_PASSKEY');
    expect(whyRefused(gateway)).toMatch(/handle is of another user/);
  });
});

test('what has not the form of an assertion is refused, and takes no try', async () => {
  const begun = await beginPasskeySignIn(gateway);
  const right = device.sign(begun.passkeyOptions);
  const withResponse = (changed: object) => ({ ...right, response: { ...right.response, ...changed } });
  const { signature: _, ...unsigned } = right.response;
  const wrong: object[] = [
    {},
    { ...right, id: undefined },
    { ...right, id: { length: 5 } },
    { ...right, rawId: `${right.rawId}A` },
    { ...right, id: 'é', rawId: 'é' },
    { ...right, type: 'public-key ' },
    { ...right, response: 'x' },
    { ...right, response: unsigned },
    withResponse({ signature: 5 }),
    withResponse({ signature: '' }),
    withResponse({ signature: `${right.response.signature}=` }),
    withResponse({ authenticatorData: [right.response.authenticatorData] }),
    withResponse({ authenticatorData: 'A'.repeat(10_000) }),
    withResponse({ clientDataJSON: null }),
    withResponse({ userHandle: { toString: 'x' } }),
    withResponse({ userHandle: 'A'.repeat(200) }),
  ];
  for (const credential of wrong) {
    const answer = await verifyPasskey(gateway, begun, credential);
    expectCode(answer, 'INVALID_PASSKEY');
    expect(answer.errors[0]!.extensions.attemptsLeft).toBe(5);
  }
  expect((await verifyPasskey(gateway, begun, right)).errors).toEqual([]);
});

test.each([
  ['null', 'null'],
  ['a word', '"challenge"'],
  ['a list', '[]'],
  ['no JSON', '{'],
  ['a prototype', '{"__proto__":{"type":"webauthn.get"}}'],
])('client data that is %s is refused', async (_what, text) => {
  const begun = await beginPasskeySignIn(gateway);
  const right = device.sign(begun.passkeyOptions);
  const response = { ...right.response, clientDataJSON: Buffer.from(text).toString('base64url') };
  expectCode(await verifyPasskey(gateway, begun, { ...right, response }), 'INVALID_PASSKEY');
});

describe('a counter that goes back', () => {
  const eventsOf = (id: string) =>
    gateway.database.sql(
      `select details from audit_events where subject_id = $1 and action = 'verifyPasskey' and details is not null`,
      [id],
    );

  test('is reported to the owner and to the audit log, and signs in', async () => {
    const bob = await signedInPerson(gateway);
    const key = await withPasskey(gateway, bob);
    for (const signCount of [5, 6]) await signInByPasskey(gateway, key, { signCount });
    expect(await eventsOf(bob.id)).toEqual([]);
    for (const signCount of [6, 3]) {
      const { data } = await signInByPasskey(gateway, key, { signCount });
      expect(data!.verifyPasskey.user.id).toBe(bob.id);
    }
    const told = { details: { counterWentBack: true } };
    expect(await eventsOf(bob.id)).toEqual([told, told]);
    await gateway.mailbox.lastTo(bob.email, 'passkey-counter');
  });

  test('is no signal without a counter, as with synchronised passkeys', async () => {
    const bob = await signedInPerson(gateway);
    const key = await withPasskey(gateway, bob, { synced: true });
    for (let time = 0; time < 2; time += 1) await signInByPasskey(gateway, key);
    expect(await eventsOf(bob.id)).toEqual([]);
  });

  test('is not kept of a sign-in that was refused', async () => {
    const bob = await signedInPerson(gateway);
    const key = await withPasskey(gateway, bob);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [bob.id]);
    expectCode(await signInByPasskey(gateway, key, { signCount: 9 }), 'ACCOUNT_SUSPENDED');
    const [row] = await gateway.database.sql('select sign_count, last_used_at from passkeys where user_id = $1', [
      bob.id,
    ]);
    expect(row).toEqual({ sign_count: '0', last_used_at: null });
  });
});

test('the user handle is random, and no hash of what is known of the user', async () => {
  const [row] = await gateway.database.sql<{ handle: Buffer }>(
    'select handle from passkey_handles where user_id = $1',
    [ada.id],
  );
  const known = [ada.id, ada.id.replaceAll('-', ''), ada.email].map((text) =>
    createHash('sha256').update(text).digest('hex'),
  );
  expect(row!.handle).toHaveLength(32);
  expect(known).not.toContain(row!.handle.toString('hex'));
});

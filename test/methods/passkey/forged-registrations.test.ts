import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { createAuthenticator, FLAGS, type Tampering } from '../../support/authenticator.js';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { beginRegistration, ORIGIN, REGISTER_PASSKEY, registerPasskey, whyRefused } from '../../support/passkeys.js';
import { type SignedInPerson, signedInPerson } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const factorsOf = async ({ accessToken: token }: SignedInPerson) =>
  (await gateway.ask('{ me { factors { id } } }', {}, { token })).me.factors;

const ALL = FLAGS.UP | FLAGS.UV | FLAGS.AT;
const packed = (...entries: [unknown, unknown][]) => ({ format: { fmt: 'packed', attStmt: new Map(entries) } });
const FORGED: [what: string, Tampering, why: RegExp][] = [
  ['another origin', { origin: 'https://evil.example' }, /origin/],
  ['an origin that begins as ours', { origin: `${ORIGIN}.evil.example` }, /origin/],
  ['another port', { origin: 'http://localhost:4001' }, /origin/],
  ['the type of an assertion', { type: 'webauthn.get' }, /type/],
  ['another challenge', { challenge: randomBytes(32).toString('base64url') }, /challenge/],
  ['another RP ID', { rpId: 'evil.example' }, /RP ID/],
  ['a frame of another origin', { clientData: { crossOrigin: true } }, /frame/],
  ['a frame of another origin, by its name alone', { clientData: { topOrigin: 'https://evil.example' } }, /frame/],
  ['a frame of another origin, by a word', { clientData: { crossOrigin: 'true' } }, /frame/],
  ['no user verification', { flags: ALL & ~FLAGS.UV }, /User verification/],
  ['no user presence', { flags: ALL & ~FLAGS.UP }, /User presence/],
  ['a backup of what cannot be backed up', { flags: ALL | FLAGS.BS }, /backed up/],
  ['no credential', { flags: ALL & ~FLAGS.AT }, /Leftover/],
  ['extensions that are not there', { flags: ALL | FLAGS.ED }, /./],
  ['attestation of a kind that is unknown', { format: { fmt: 'sallyport', attStmt: new Map() } }, /not asked for/],
  ['attestation with certificates', packed(['x5c', [Buffer.from('x')]]), /not asked for/],
  ['a statement where there is none', { format: { fmt: 'none', attStmt: new Map([['sig', 'x']]) } }, /None/],
  ['a wrong attestation by the key itself', packed(['alg', -7], ['sig', Buffer.alloc(70)]), /./],
  ['an algorithm that was not offered', { alg: -47 }, /public key alg/],
  ['an algorithm of another kind of key', { alg: -8 }, /another algorithm/],
  ['bytes that are no CBOR', { spoil: 'authenticatorData', flags: 0xff }, /./],
];
test.each(FORGED)('%s is refused', async (_what, tampering, why) => {
  const ada = await signedInPerson(gateway);
  expectCode(await registerPasskey(gateway, ada, undefined, { tampering }), 'INVALID_PASSKEY');
  expect(whyRefused(gateway)).toMatch(why);
  expect(await factorsOf(ada)).toEqual([]);
});

// Keycloak CVE-2026-8830: what was offered was not checked again.
test.each(['ES512', 'ES256K'] as const)(
  'a key of %s, also where it says that it is one of ES256',
  async (algorithm) => {
    const ada = await signedInPerson(gateway);
    for (const alg of [undefined, -7]) {
      const authenticator = createAuthenticator({ origin: ORIGIN, algorithm });
      const tampering = alg ? { alg } : {};
      expectCode(await registerPasskey(gateway, ada, authenticator, { tampering }), 'INVALID_PASSKEY');
    }
  },
);

test('what has not the form of a credential is refused, and takes no try', async () => {
  const ada = await signedInPerson(gateway);
  const { challengeToken, options } = await beginRegistration(gateway, ada);
  const right = createAuthenticator({ origin: ORIGIN }).register(options);
  const wrong = [
    {},
    { ...right, id: 5 },
    { ...right, rawId: 'other' },
    { ...right, type: 'password' },
    { ...right, response: null },
    { ...right, response: [] },
    { ...right, response: { ...right.response, attestationObject: ['x'] } },
    { ...right, response: { ...right.response, clientDataJSON: { toString: 'x' } } },
    { ...right, response: { ...right.response, attestationObject: 'A'.repeat(50_000) } },
    { ...right, response: { ...right.response, transports: ['<script>'] } },
    createAuthenticator({ origin: ORIGIN, credentialId: randomBytes(1024) }).register(options),
  ];
  for (const credential of wrong) {
    const answer = await gateway.gql(
      REGISTER_PASSKEY,
      { input: { challengeToken, credential } },
      { token: ada.accessToken },
    );
    expectCode(answer, 'INVALID_PASSKEY');
    expect(answer.errors[0]!.extensions.attemptsLeft).toBe(5);
  }
  const input = { challengeToken, credential: right };
  expect((await gateway.gql(REGISTER_PASSKEY, { input }, { token: ada.accessToken })).errors).toEqual([]);
});

test('after five wrong credentials the right one is refused too', async () => {
  const ada = await signedInPerson(gateway);
  const { challengeToken, options } = await beginRegistration(gateway, ada);
  const authenticator = createAuthenticator({ origin: ORIGIN });
  const answer = (tampering: Tampering) =>
    gateway.gql(
      REGISTER_PASSKEY,
      { input: { challengeToken, credential: authenticator.register(options, tampering) } },
      { token: ada.accessToken },
    );
  for (let left = 4; left >= 0; left -= 1) {
    const refused = await answer({ origin: 'https://evil.example' });
    expectCode(refused, 'INVALID_PASSKEY');
    expect(refused.errors[0]!.extensions.attemptsLeft).toBe(left);
  }
  expectCode(await answer({}), 'TOO_MANY_ATTEMPTS');
});

test('neither the client nor the log learns the challenge from a refusal', async () => {
  const ada = await signedInPerson(gateway);
  const { challengeToken, options } = await beginRegistration(gateway, ada);
  const challenge = 'not "the" challenge';
  const credential = createAuthenticator({ origin: ORIGIN }).register(options, { challenge });
  const input = { challengeToken, credential };
  const answer = await gateway.gql(REGISTER_PASSKEY, { input }, { token: ada.accessToken });
  expectCode(answer, 'INVALID_PASSKEY');
  expect(answer.text).not.toContain(options.challenge);
  expect(gateway.log.text()).not.toContain(options.challenge);
});

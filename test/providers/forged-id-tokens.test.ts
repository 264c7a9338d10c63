import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type LyingProvider, startLyingProvider } from '../support/lying-provider.js';
import { createProviderClient, type ProviderClient } from '../support/provider-client.js';
import { encode, forge, forgeHmac } from '../support/token-forge.js';

let liar: LyingProvider;
let client: ProviderClient;
beforeAll(async () => {
  liar = await startLyingProvider();
});
beforeEach(() => {
  liar.honest();
  client = createProviderClient(liar.settings());
});
afterAll(() => liar?.close());

const ADDRESS = { email: 'ada@example.com', email_verified: true, name: 'Ada' };
const signIn = () => client.signIn('acme', liar.visit);
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strangersJwk = () => ({ ...stranger.publicKey.export({ format: 'jwk' }), kid: liar.key.kid });
const now = () => Math.floor(Date.now() / 1000);
type Say = Record<string, unknown>;

test('until it lies, it signs in', async () => {
  liar.claims = ADDRESS;
  expect(await signIn()).toMatchObject({ issuer: liar.issuer, subject: 'ada', email: 'ada@example.com' });
});

test.each<[string, (claims: Say) => string]>([
  ['unsigned, alg none', (claims) => `${encode({ alg: 'none' })}.${encode(claims)}.`],
  ['unsigned, alg None', (claims) => `${encode({ alg: 'None' })}.${encode(claims)}.`],
  ['unsigned, alg ES256', (claims) => `${encode({ alg: 'ES256', kid: liar.key.kid })}.${encode(claims)}.`],
  ['without alg', (claims) => `${encode({ kid: liar.key.kid })}.${encode(claims)}.x`],
  [
    'HS256 with the public key as PEM',
    (claims) =>
      forgeHmac(
        { alg: 'HS256', kid: liar.key.kid },
        claims,
        liar.key.publicKey.export({ type: 'spki', format: 'pem' }),
      ),
  ],
  ['HS256 with the client secret', (claims) => forgeHmac({ alg: 'HS256' }, claims, 'a-secret-of-the-lied-to')],
  ["of a stranger's key", (claims) => forge({ alg: 'ES256', kid: liar.key.kid }, claims, stranger.privateKey)],
  ["of a stranger's key without kid", (claims) => forge({ alg: 'ES256' }, claims, stranger.privateKey)],
  ['of a key embedded in it', (claims) => forge({ alg: 'ES256', jwk: strangersJwk() }, claims, stranger.privateKey)],
  [
    'of a key that it names an address of',
    (claims) => forge({ alg: 'ES256', jku: `${liar.issuer}/strange` }, claims, stranger.privateKey),
  ],
  [
    'with other claims than were signed',
    (claims) => {
      const [header, , signature] = forge(
        { alg: 'ES256', kid: liar.key.kid },
        { ...claims, sub: 'mallory' },
        liar.key.privateKey,
      ).split('.');
      return `${header}.${encode(claims)}.${signature}`;
    },
  ],
  [
    'with a critical extension',
    (claims) => forge({ alg: 'ES256', kid: liar.key.kid, crit: ['x'], x: 1 }, claims, liar.key.privateKey),
  ],
  ['that is no JWT', () => 'ada'],
  ['of no JSON', () => `${encode('x')}.${encode('y')}.z`],
  ['that is encrypted', () => 'a.b.c.d.e'],
])('an ID token %s is refused', async (_, sign) => {
  liar.claims = ADDRESS;
  liar.sign = sign;
  const problem = await client.failure('acme', liar.visit);
  expect(problem.reason).toBe('failed');
});

test.each<[string, Say | (() => Say)]>([
  ['another issuer', { iss: 'https://accounts.google.com' }],
  ['an issuer with a slash more', () => ({ iss: `${liar.issuer}/` })],
  ['no issuer', { iss: undefined }],
  ['another audience', { aud: 'another-client' }],
  ['no audience', { aud: undefined }],
  ['several audiences and no azp', { aud: ['sallyport', 'another-client'] }],
  ['another azp', { azp: 'another-client' }],
  ['another azp of several audiences', { aud: ['sallyport', 'another-client'], azp: 'another-client' }],
  ['another nonce', { nonce: 'n' }],
  ['no nonce', { nonce: undefined }],
  ['an end that has passed', () => ({ exp: now() - 120 })],
  ['no end', { exp: undefined }],
  ['an end that is a text', { exp: '9999999999' }],
  ['a beginning in the future', () => ({ iat: now() + 600 })],
  ['no beginning', { iat: undefined }],
  ['no subject', { sub: undefined }],
  ['an empty subject', { sub: '' }],
  ['a subject that is a number', { sub: 1 }],
  ['a subject that is a list', { sub: ['ada'] }],
  ['a subject of 256 characters', { sub: 'a'.repeat(256) }],
  ['a subject with a line break', { sub: 'ada\nmallory' }],
  ['a subject with a letter that is not ASCII', { sub: 'аda' }],
])('an ID token with %s is refused', async (_, lie) => {
  liar.claims = { ...ADDRESS, ...(typeof lie === 'function' ? lie() : lie) };
  const problem = await client.failure('acme', liar.visit);
  expect(problem.reason).toBe('failed');
});

test('an ID token for several audiences that was made for this client is taken', async () => {
  liar.claims = { ...ADDRESS, aud: ['sallyport', 'another-client'], azp: 'sallyport' };
  expect(await signIn()).toMatchObject({ subject: 'ada' });
});

test('an answer without an ID token is refused, although it has an access token', async () => {
  liar.answers.set('/token', (_, response) =>
    response.setHeader('content-type', 'application/json').end('{"access_token":"x","token_type":"Bearer"}'),
  );
  expect((await client.failure('acme', liar.visit)).reason).toBe('failed');
});

test('userinfo of another subject is refused', async () => {
  liar.userinfo = { ...ADDRESS, sub: 'mallory' };
  expect((await client.failure('acme', liar.visit)).reason).toBe('failed');
});

test('the error, which is logged, holds no token, no code, and nothing that the provider wrote', async () => {
  liar.claims = { ...ADDRESS, aud: 'written-by-the-provider' };
  let code = '';
  const problem = await client.failure('acme', async (url) => {
    const back = await liar.visit(url);
    code = back.searchParams.get('code')!;
    return back;
  });
  const told = `${problem.stack} ${JSON.stringify(problem)} ${String(problem.cause)}`;
  expect(problem.message).toBe('unexpected JWT "aud" (audience) claim value');
  expect(code).toHaveLength(32);
  for (const secret of [code, 'an-access-token', 'a-secret-of-the-lied-to', 'written-by-the-provider', 'ada@'])
    expect(told).not.toContain(secret);
});

test('each call is counted with its outcome', async () => {
  await signIn();
  liar.claims = { aud: 'another-client' };
  await client.failure('acme', liar.visit);
  liar.redirect = { error: 'access_denied' };
  await client.failure('acme', liar.visit);
  const counted = await client.metrics.print();
  expect(counted).toContain('sallyport_provider_calls_total{provider="acme",outcome="ok"} 4');
  expect(counted).toContain('sallyport_provider_calls_total{provider="acme",outcome="failed"} 1');
  expect(counted).toContain('sallyport_provider_calls_total{provider="acme",outcome="denied"} 1');
});

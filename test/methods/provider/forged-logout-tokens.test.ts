import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { EVENT, type LogoutTest, now, person, startLogoutTest } from '../../support/logout-tokens.js';
import { encode, forge, forgeHmac } from '../../support/token-forge.js';

let t: LogoutTest;
beforeAll(async () => {
  t = await startLogoutTest();
});

const ada = person();
let session: Awaited<ReturnType<LogoutTest['begin']>>;
beforeAll(async () => {
  session = await t.begin({ ...ada, sid: 'hers' });
});
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = () => t.acme.key.publicKey.export({ type: 'spki', format: 'pem' });
const header = () => ({ alg: 'HS256', kid: t.acme.key.kid, typ: 'logout+jwt' });

test.each<[string, () => string]>([
  [
    'a signature with another key',
    () => forge({ alg: 'ES256', kid: t.acme.key.kid }, t.claims({ sub: ada.sub }), stranger.privateKey),
  ],
  [
    'no signature, alg none',
    () => `${encode({ alg: 'none', typ: 'logout+jwt' })}.${encode(t.claims({ sub: ada.sub }))}.`,
  ],
  ['no signature', () => t.signed({ sub: ada.sub }).replace(/\.[^.]*$/, '.')],
  ['HS256 with the public key', () => forgeHmac(header(), t.claims({ sub: ada.sub }), pem())],
  ['HS256 with the client secret', () => forgeHmac(header(), t.claims({ sub: ada.sub }), 'a-secret-of-the-lied-to')],
  [
    'a key that it brings along',
    () =>
      forge(
        { alg: 'ES256', jwk: stranger.publicKey.export({ format: 'jwk' }) },
        t.claims({ sub: ada.sub }),
        stranger.privateKey,
      ),
  ],
  [
    'another subject than was signed',
    () => t.signed({ sub: 'eve' }).replace(/\.[^.]*\./, `.${encode(t.claims({ sub: ada.sub }))}.`),
  ],
  ['a critical extension', () => t.signed({ sub: ada.sub }, { crit: ['x'], x: 1 })],
  ['another provider’s signature', () => t.signedByOther({ iss: t.acme.issuer, sub: ada.sub })],
  ['another provider’s token', () => t.signedByOther({ sub: ada.sub })],
  ['an ID token', () => t.signed({ sub: ada.sub, nonce: 'n', events: undefined }, { typ: 'JWT' })],
  ['an access token’s typ', () => t.signed({ sub: ada.sub }, { typ: 'at+jwt' })],
  ['a nonce', () => t.signed({ sub: ada.sub, nonce: 'n' })],
  ['a nonce that is null', () => t.signed({ sub: ada.sub, nonce: null })],
  ['no events', () => t.signed({ sub: ada.sub, events: undefined })],
  ['another event', () => t.signed({ sub: ada.sub, events: { 'https://example.com/event': {} } })],
  ['an event that is no object', () => t.signed({ sub: ada.sub, events: { [EVENT]: true } })],
  ['events that are a list', () => t.signed({ sub: ada.sub, events: [EVENT] })],
  ['an age of ten minutes', () => t.signed({ sub: ada.sub, iat: now() - 600, exp: now() + 600 })],
  ['an end that has passed', () => t.signed({ sub: ada.sub, exp: now() - 120 })],
  ['a time in the future', () => t.signed({ sub: ada.sub, iat: now() + 600, exp: now() + 900 })],
  ['no time', () => t.signed({ sub: ada.sub, iat: undefined })],
  ['another audience', () => t.signed({ sub: ada.sub, aud: 'another-client' })],
  ['no audience', () => t.signed({ sub: ada.sub, aud: undefined })],
  ['another azp', () => t.signed({ sub: ada.sub, aud: ['sallyport', 'another'], azp: 'another' })],
  ['another issuer', () => t.signed({ sub: ada.sub, iss: t.other.issuer })],
  ['no issuer', () => t.signed({ sub: ada.sub, iss: undefined })],
  ['no jti', () => t.signed({ sub: ada.sub, jti: undefined })],
  ['a jti that is a number', () => t.signed({ sub: ada.sub, jti: 1 })],
  ['neither sub nor sid', () => t.signed({})],
  ['a sub that is a list', () => t.signed({ sub: [ada.sub] })],
  ['a sub that is null, and a sid', () => t.signed({ sub: null, sid: 'hers' })],
  ['a sid that is a number', () => t.signed({ sub: ada.sub, sid: 1 })],
  ['an empty sid', () => t.signed({ sub: ada.sub, sid: '' })],
  ['no JWT', () => 'logout'],
  ['no JSON', () => `${encode('x')}.${encode('y')}.z`],
  ['an encrypted token', () => 'a.b.c.d.e'],
  ['nothing', () => ''],
])('%s', async (_, make) => {
  const answer = await t.logOut(make());
  expect(answer.status).toBe(400);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  // Nothing tells what was wrong, nor of whom it was.
  expect(await answer.json()).toEqual({
    error: 'invalid_request',
    error_description: 'The logout token is not valid.',
  });
  expect(await t.isLive(session)).toBe(true);
});

test('a right token at the address of another provider', async () => {
  expect((await t.logOut(t.signed({ sub: ada.sub }), { id: 'other' })).status).toBe(400);
  expect(await t.isLive(session)).toBe(true);
});

test('a right token of another provider with the same subject and session there', async () => {
  expect((await t.logOut(t.signedByOther({ sub: ada.sub }), { id: 'other' })).status).toBe(200);
  expect((await t.logOut(t.signedByOther({ sid: 'hers' }), { id: 'other' })).status).toBe(200);
  expect(await t.isLive(session)).toBe(true);
});

test('another user’s session at the provider', async () => {
  const eve = person();
  await t.begin({ ...eve, sid: 'eves' });
  expect((await t.logOut(t.signed({ sub: eve.sub, sid: 'hers' }))).status).toBe(200);
  expect(await t.isLive(session)).toBe(true);
});

test('an unlinked identity: it has no more to say of the account', async () => {
  const eve = person();
  const one = await t.begin(eve);
  await t.gateway.database.sql('delete from identities where user_id = $1', [one.id]);
  expect((await t.logOut(t.signed({ sub: eve.sub }))).status).toBe(200);
  expect(await t.isLive(one)).toBe(true);
});

describe('the address', () => {
  test.each(['nobody', 'github'])('of %s, which signs no logout tokens, is not there', async (id) => {
    expect((await t.logOut(t.signed({ sub: 'ada' }), { id })).status).toBe(404);
  });

  test('takes a form, and one logout token', async () => {
    const token = t.signed({ sub: 'nobody' });
    const json = { 'content-type': 'application/json' };
    expect((await t.post(JSON.stringify({ logout_token: token }), { headers: json })).status).toBe(415);
    expect((await t.post(`logout_token=${token}&logout_token=${token}`)).status).toBe(400);
    const { status } = await t.post(`logout_token=${token}&x=${'x'.repeat(17_000)}`);
    expect(status).toBe(413);
    expect((await t.gateway.http(`/providers/acme/backchannel-logout?logout_token=${token}`)).status).toBe(404);
  });

  test('says that the provider should try again where its keys cannot be had', async () => {
    const fresh = await t.gateway.replica();
    t.acme.answers.set('/jwks', (_, response) => response.writeHead(503).end());
    const token = t.signed({ sub: 'nobody' });
    const answer = await t.logOut(token, { at: fresh });
    expect([answer.status, (await answer.json()).error]).toEqual([503, 'temporarily_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('10');
    t.acme.honest();
    expect((await t.logOut(token, { at: fresh })).status).toBe(200);
  });

  test('is limited for what is refused, and not for right tokens', async () => {
    const strict = await t.gateway.replica({
      LIMITS_FACTOR: '0.01',
      REDIS_URL: '',
    });
    const at = strict;
    for (let count = 0; count < 10; count += 1)
      expect((await t.logOut(t.signed({ sub: 'nobody' }), { at })).status).toBe(200);
    const answers = [];
    for (let count = 0; count < 8; count += 1) answers.push((await t.logOut('x', { at })).status);
    expect(answers).toEqual([400, 400, 400, 400, 400, 400, 429, 429]);
    // Before the body is read, and with the form of an OAuth error.
    const limited = await t.logOut(t.signed({ sub: 'nobody' }), { at });
    expect([limited.status, (await limited.json()).error]).toEqual([429, 'invalid_request']);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('logs what was wrong, and nothing of the token', async () => {
    const token = t.signed({ sub: 'a-subject-in-the-token', aud: 'another-client' });
    await t.logOut(token);
    const line = t.gateway.log.lines.findLast(({ msg }) => msg === 'a logout token was refused')!;
    expect(line).toMatchObject({ provider: 'acme', err: { message: expect.stringContaining('aud') } });
    for (const secret of [token, 'a-subject-in-the-token', 'another-client'])
      expect(t.gateway.log.text()).not.toContain(secret);
  });
});

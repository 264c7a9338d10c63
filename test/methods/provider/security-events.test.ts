import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LogoutTest, now, person, type Say, startLogoutTest } from '../../support/logout-tokens.js';
import { encode, forge, forgeHmac } from '../../support/token-forge.js';
import { startGateway } from '../../support/gateway.js';
import { until } from '../../support/until.js';

const SESSION_REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const DISABLED = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled';
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

let t: LogoutTest;

beforeAll(async () => {
  t = await startLogoutTest(({ acme, other }) => ({ SSF_TRANSMITTERS: `acme=${acme},other=${other}/tenant` }));
});
beforeEach(() => {
  const metadata = (issuer: string, keys: string) =>
    JSON.stringify({ spec_version: '1_0', issuer, jwks_uri: `${keys}/jwks` });
  t.acme.answers.set('/.well-known/ssf-configuration', (_, response) =>
    response.end(metadata(t.acme.issuer, t.acme.issuer)),
  );
  // With the path behind the well-known one, and of the drafts.
  t.other.answers.set('/.well-known/risc-configuration/tenant', (_, response) =>
    response.end(JSON.stringify({ issuer: `${t.other.issuer}/tenant`, jwks_uri: `${t.other.issuer}/jwks` })),
  );
});

const userAt = (iss: string, sub: string) => ({ format: 'iss_sub', iss, sub });
const claims = (said: Say): Say => ({
  iss: t.acme.issuer,
  aud: 'sallyport',
  iat: now(),
  jti: randomBytes(8).toString('hex'),
  events: { [SESSION_REVOKED]: { event_timestamp: now() } },
  ...said,
});
const signed = (said: Say, header: Say = {}) =>
  forge({ alg: 'ES256', kid: t.acme.key.kid, typ: 'secevent+jwt', ...header }, claims(said), t.acme.key.privateKey);
const push = (set: string, { id = 'acme', type = 'application/secevent+jwt', at = t.gateway } = {}) =>
  at.http(`/providers/${id}/security-events`, { method: 'POST', headers: { 'content-type': type }, body: set });

describe('a security event of a provider', () => {
  test('ends every session that began with the identity, in every process, and no other', async () => {
    const [ada, eve] = [person(), person()];
    const [one, two, others] = [await t.begin(ada), await t.begin(ada), await t.begin(eve)];
    const answer = await push(signed({ sub_id: userAt(t.acme.issuer, ada.sub) }));
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect([await t.isLive(one), await t.isLive(two), await t.isLive(others)]).toEqual([false, false, true]);
    const events = await t.gateway.database.sql(
      `select details from audit_events where action = 'providerLogout' and subject_id = $1`,
      [one.id],
    );
    expect(events).toEqual([{ details: { provider: 'acme', endedSessions: 2 } }]);
  });

  test('ends one session where the subject names it', async () => {
    const ada = person();
    const [one, two] = [await t.begin({ ...ada, sid: 'one' }), await t.begin({ ...ada, sid: 'two' })];
    const session = { format: 'opaque', id: 'one' };
    await push(signed({ sub_id: { format: 'complex', session, user: userAt(t.acme.issuer, ada.sub) } }));
    expect([await t.isLive(one), await t.isLive(two)]).toEqual([false, true]);
  });

  test('that disables the account there ends its sessions; a verification and what is not known end none', async () => {
    const ada = person();
    const one = await t.begin(ada);
    const sub_id = userAt(t.acme.issuer, ada.sub);
    for (const type of [VERIFICATION, 'https://example.com/event'])
      expect((await push(signed({ sub_id, events: { [type]: {} } }))).status).toBe(202);
    expect(await t.isLive(one)).toBe(true);
    const aud = `${t.gateway.config.publicUrl}/providers/acme/security-events`;
    expect((await push(signed({ sub_id, aud, events: { [DISABLED]: { reason: 'hijacking' } } }))).status).toBe(202);
    expect(await t.isLive(one)).toBe(false);
  });

  test('acts once: a kept token ends no session that began later', async () => {
    const ada = person();
    await t.begin(ada);
    const set = signed({ sub_id: userAt(t.acme.issuer, ada.sub) });
    expect((await push(set)).status).toBe(202);
    const later = await t.begin(ada);
    for (const at of [t.gateway, t.replica]) expect((await push(set, { at })).status).toBe(202);
    expect(await t.isLive(later)).toBe(true);
    // It is taken for seven days, and is not forgotten in that time.
    const { sql } = t.gateway.database;
    await sql(`update provider_logouts set received_at = now() - interval '7 days 1 hour'`);
    await sql(
      `insert into provider_logouts (digest, issuer, received_at) values ('x', 'x', now() - interval '9 days')`,
    );
    const { services, database } = t.gateway.inner;
    await database.orm.em.fork().transactional((tx) => services.jobs.enqueue(tx, 'purge-expired', {}));
    const isPurged = async () => (await sql(`select from provider_logouts where issuer = 'x'`)).length === 0;
    await until(isPurged);
    await push(set);
    expect(await t.isLive(later)).toBe(true);
  });

  test('of the drafts, as Google sends it, is understood', async () => {
    const eve = person();
    const session = await t.begin(eve);
    await t.gateway.database.sql(`update identities set provider = 'other', issuer = $1 where user_id = $2`, [
      t.other.issuer,
      session.id,
    ]);
    const set = forge(
      { alg: 'ES256', kid: t.other.key.kid },
      {
        iss: `${t.other.issuer}/tenant/`,
        aud: 'sallyport',
        iat: now(),
        jti: 'of-the-drafts',
        events: {
          'https://schemas.openid.net/secevent/risc/event-type/sessions-revoked': {
            subject: { subject_type: 'iss-sub', iss: `${t.other.issuer}/`, sub: eve.sub },
          },
        },
      },
      t.other.key.privateKey,
    );
    expect((await push(set, { id: 'other' })).status).toBe(202);
    expect(await t.isLive(session)).toBe(false);
  });
});

describe('nothing ends by', () => {
  const ada = person();
  let session: Awaited<ReturnType<LogoutTest['begin']>>;
  beforeAll(async () => {
    session = await t.begin({ ...ada, sid: 'hers' });
  });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const about = (said: Say = {}) => ({ sub_id: userAt(t.acme.issuer, ada.sub), ...said });
  const typed = () => ({ alg: 'ES256', kid: t.acme.key.kid, typ: 'secevent+jwt' });

  test.each<[string, () => string]>([
    ['a signature with another key', () => forge(typed(), claims(about()), stranger.privateKey)],
    ['no signature', () => `${encode({ alg: 'none', typ: 'secevent+jwt' })}.${encode(claims(about()))}.`],
    [
      'HS256 with the client secret',
      () => forgeHmac({ ...typed(), alg: 'HS256' }, claims(about()), 'a-secret-of-the-lied-to'),
    ],
    [
      'another provider’s signature',
      () => forge({ ...typed(), kid: t.other.key.kid }, claims(about()), t.other.key.privateKey),
    ],
    ['no typ', () => signed(about(), { typ: undefined })],
    ['the typ of a logout token', () => signed(about(), { typ: 'logout+jwt' })],
    ['the typ of an access token', () => signed(about(), { typ: 'at+jwt' })],
    ['a sub', () => signed(about({ sub: ada.sub }))],
    ['an exp', () => signed(about({ exp: now() + 60 }))],
    ['a nonce', () => signed(about({ nonce: 'n' }))],
    ['another audience', () => signed(about({ aud: 'another' }))],
    ['no audience', () => signed(about({ aud: undefined }))],
    ['another issuer', () => signed(about({ iss: t.other.issuer }))],
    ['an age of eight days', () => signed(about({ iat: now() - 8 * 86_400 }))],
    ['a time in the future', () => signed(about({ iat: now() + 600 }))],
    ['no time', () => signed(about({ iat: undefined }))],
    ['no jti', () => signed(about({ jti: undefined }))],
    ['a jti that is a number', () => signed(about({ jti: 1 }))],
    ['no events', () => signed(about({ events: {} }))],
    ['events that are a list', () => signed(about({ events: [SESSION_REVOKED] }))],
    ['no subject', () => signed({})],
    ['an address as the subject', () => signed({ sub_id: { format: 'email', email: ada.email } })],
    ['a subject of another provider', () => signed({ sub_id: userAt(t.other.issuer, ada.sub) })],
    ['a subject that is a list', () => signed({ sub_id: userAt(t.acme.issuer, [ada.sub] as never) })],
    [
      'a session that is no text',
      () => signed({ sub_id: { session: { id: 1 }, user: userAt(t.acme.issuer, ada.sub) } }),
    ],
    ['no JWT', () => 'session-revoked'],
    ['nothing', () => ''],
  ])('%s', async (_, make) => {
    const answer = await push(make());
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { err: 'invalid_request', description: 'The security event token is not valid.' },
    ]);
    expect(await t.isLive(session)).toBe(true);
  });

  test('a right token of another transmitter with the same subject and session there', async () => {
    const header = { ...typed(), kid: t.other.key.kid };
    const said = { iss: `${t.other.issuer}/tenant`, sub_id: { session: { format: 'opaque', id: 'hers' } } };
    expect((await push(forge(header, claims(said), t.other.key.privateKey), { id: 'other' })).status).toBe(202);
    const users = { iss: `${t.other.issuer}/tenant`, sub_id: userAt(t.other.issuer, ada.sub) };
    expect((await push(forge(header, claims(users), t.other.key.privateKey), { id: 'other' })).status).toBe(202);
    expect(await t.isLive(session)).toBe(true);
  });

  test('a right token where none is taken: another content type, a provider without a transmitter', async () => {
    expect((await push(signed(about()), { type: 'text/plain' })).status).toBe(415);
    for (const id of ['github', 'nobody']) expect((await push(signed(about()), { id })).status).toBe(404);
    expect(await t.isLive(session)).toBe(true);
  });
});

test('a transmitter without its provider, or in the clear, is refused at the start', async () => {
  const start = (SSF_TRANSMITTERS: string) => startGateway({ SSF_TRANSMITTERS });
  await expect(start('acme=https://id.example.com')).rejects.toThrow(
    /SSF_TRANSMITTERS: of acme: it is none of PROVIDERS/,
  );
  await expect(start('acme')).rejects.toThrow(/SSF_TRANSMITTERS: write provider=issuer/);
  const github = { PROVIDER_GITHUB_CLIENT_ID: 'id', PROVIDER_GITHUB_CLIENT_SECRET: 'secret', PROVIDERS: 'github' };
  await expect(startGateway({ ...github, SSF_TRANSMITTERS: 'github=https://github.com' })).rejects.toThrow(/no issuer/);
  const google = { PROVIDER_GOOGLE_CLIENT_ID: 'id', PROVIDER_GOOGLE_CLIENT_SECRET: 'secret', PROVIDERS: 'google' };
  const clear = startGateway({ ...google, SSF_TRANSMITTERS: 'google=http://accounts.example.com' });
  await expect(clear).rejects.toThrow(/of google: write an issuer that begins with https/);
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf, holderOf, SUSPEND_USER } from '../support/administration.js';
import { createdApiKey } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { IMPERSONATE_USER, impersonated, REASON } from '../support/impersonation.js';
import { admin, registeredPerson, type SignedInPerson, signedInPerson } from '../support/people.js';
import { introspect, RESOURCE_SERVERS } from '../support/resource-server.js';

let gateway: TestGateway;
let boss: SignedInPerson;
let supporter: SignedInPerson & { role: string };
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
  supporter = await holderOf(gateway, ['users:impersonate', 'orders:read']);
});

const impersonate = (userId: string, who: { accessToken: string } = supporter, reason = REASON) =>
  gateway.gql(IMPERSONATE_USER, { input: { userId, reason } }, { token: who.accessToken });

describe('the token', () => {
  test('is the user’s and names both; nothing was verified in it', async () => {
    const ada = await holderOf(gateway, ['orders:read']);
    const { data } = await impersonate(ada.id);
    const { accessToken, accessTokenExpiresAt, user } = data!.impersonateUser;
    const claims = claimsOf(accessToken);
    const own = claimsOf(ada.accessToken);
    expect(claims).toMatchObject({ sub: ada.id, act: { sub: supporter.id }, amr: [], acr: '0', auth_time: 0 });
    for (const claim of ['scope', 'roles', 'ver', 'email_verified']) expect(claims[claim]).toEqual(own[claim]);
    expect(user.id).toBe(ada.id);
    expect([ada.sessionId, supporter.sessionId]).not.toContain(claims.sid);
    expect(new Date(accessTokenExpiresAt).getTime() / 1000).toBe(claims.exp);
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(900);
    expect(claims.exp - claims.iat).toBeGreaterThan(890);
    expect(await introspect(gateway, accessToken)).toMatchObject({ active: true, act: { sub: supporter.id } });
    const proxied = await gateway.http('/verify-token', { headers: { authorization: `Bearer ${accessToken}` } });
    expect(proxied.headers.get('x-auth-impersonator')).toBe(supporter.id);
    for (const demand of ['acr_values=urn:sallyport:acr:1', 'max_age=999999999']) {
      const headers = { authorization: `Bearer ${accessToken}` };
      expect((await gateway.http(`/verify-token?${demand}`, { headers })).status).toBe(401);
    }
  });

  test('lives no longer than ACCESS_TOKEN_LIFETIME or 15 minutes, nor than the session of the administrator', async () => {
    const ada = await registeredPerson(gateway);
    const lives = async (at: TestGateway, who = supporter as { accessToken: string }) => {
      const { iat, exp } = claimsOf(await impersonated(at, who, ada.id));
      return exp - iat;
    };
    expect(await lives(await gateway.replica({ ACCESS_TOKEN_LIFETIME: '1m' }))).toBeLessThanOrEqual(60);
    expect(await lives(await gateway.replica({ ACCESS_TOKEN_LIFETIME: '30m' }))).toBeLessThanOrEqual(900);
    const leaving = await admin(gateway);
    const soon = `update sessions set expires_at = now() + interval '30 seconds' where id = $1`;
    await gateway.database.sql(soon, [leaving.sessionId]);
    expect(await lives(gateway, leaving)).toBeLessThanOrEqual(30);
  });

  test('is gone when its time is over, and there is nothing to refresh', async () => {
    const ada = await registeredPerson(gateway);
    const token = await impersonated(gateway, boss, ada.id);
    const rows = await gateway.database.sql('select from refresh_tokens where session_id = $1', [claimsOf(token).sid]);
    expect(rows).toEqual([]);
    gateway.clock.advance(900_000);
    try {
      expectCode(await gateway.gql('{ me { id } }', {}, { token }), 'TOKEN_EXPIRED');
    } finally {
      gateway.clock.advance(-900_000);
    }
  });

  test('shows a frontend who acts, and the user’s own token does not', async () => {
    const ada = await signedInPerson(gateway);
    const who = '{ me { id impersonator { id } sessions { id impersonated ipAddress userAgent } } }';
    const token = await impersonated(gateway, supporter, ada.id);
    const { me } = await gateway.ask(who, {}, { token });
    expect(me).toMatchObject({ id: ada.id, impersonator: { id: supporter.id } });
    const session = { id: claimsOf(token).sid, impersonated: true, ipAddress: null, userAgent: null };
    expect(me.sessions[0]).toEqual(session);
    const own = (await gateway.ask(who, {}, { token: ada.accessToken })).me;
    expect(own.impersonator).toBeNull();
    expect(own.sessions).toMatchObject([session, { id: ada.sessionId, impersonated: false }]);
  });
});

test('the user gets a mail: with the reason, and without who it was', async () => {
  const ada = await registeredPerson(gateway, { locale: 'de' });
  const reason = 'Ticket <b>4711</b>';
  await impersonate(ada.id, supporter, `  ${reason} `);
  const mail = await gateway.mailbox.lastTo(ada.email, 'user-impersonated');
  const text = JSON.stringify(mail);
  expect(text).toContain('Die Administration hat Ihr Konto');
  expect(text).toContain('Ticket &lt;b&gt;4711&lt;/b&gt;');
  expect(text).not.toContain(supporter.username);
  const [event] = await gateway.database.sql(
    `select details, subject_id, session_id, impersonator_id from audit_events where action = 'impersonateUser' and actor_id = $1
      order by at desc limit 1`,
    [supporter.id],
  );
  expect(event).toEqual({
    details: { reason },
    subject_id: ada.id,
    session_id: supporter.sessionId,
    impersonator_id: null,
  });
});

describe('is refused', () => {
  test('for a user with more rights, also to the role admin, which could grant itself the right', async () => {
    const other = await holderOf(gateway, ['orders:write']);
    for (const userId of [other.id, boss.id]) expectCode(await impersonate(userId), 'FORBIDDEN');
    expectCode(await impersonate(other.id, boss), 'FORBIDDEN');
    const left = 'select from sessions where user_id = $1 and impersonator_session_id is not null';
    expect(await gateway.database.sql(left, [other.id])).toEqual([]);
  });

  test('without the permission, whatever else is held', async () => {
    const ada = await registeredPerson(gateway);
    const writer = await holderOf(gateway, ['users:write', 'users:read', 'sessions:revoke']);
    expectCode(await impersonate(ada.id, writer), 'FORBIDDEN');
  });

  test('of oneself, and of a user who is suspended, deleted, unknown or not verified', async () => {
    const [suspended, deleted, unverified] = await Promise.all(
      Array.from({ length: 3 }, () => registeredPerson(gateway)),
    );
    await gateway.ask(SUSPEND_USER, { input: { userId: suspended!.id } }, { token: boss.accessToken });
    await gateway.database.sql('update users set deleted_at = now() where id = $1', [deleted!.id]);
    await gateway.database.sql('update users set email_verified_at = null where id = $1', [unverified!.id]);
    expectCode(await impersonate(boss.id, boss), 'FORBIDDEN');
    expectCode(await impersonate(suspended!.id, boss), 'ACCOUNT_SUSPENDED');
    for (const id of [deleted!.id, 'x']) expectCode(await impersonate(id, boss), 'NOT_FOUND');
    expectCode(await impersonate(unverified!.id, boss), 'FORBIDDEN');
    const lax = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
    const token = await impersonated(lax, boss, unverified!.id);
    expect(claimsOf(token)).toMatchObject({ sub: unverified!.id, email_verified: false });
  });

  test('to an API key that holds the permission, and to an administrator who impersonates one', async () => {
    const ada = await registeredPerson(gateway);
    const { secret } = await createdApiKey(gateway, boss.accessToken, { permissions: ['users:impersonate'] });
    expectCode(await impersonate(ada.id, { accessToken: secret }), 'FORBIDDEN');
    const token = await impersonated(gateway, boss, (await admin(gateway)).id);
    expectCode(await impersonate(ada.id, { accessToken: token }), 'NOT_WHILE_IMPERSONATING');
  });

  test('after the last authentication is old', async () => {
    const ada = await registeredPerson(gateway);
    const late = await admin(gateway);
    gateway.clock.advance(301_000);
    try {
      expectCode(await impersonate(ada.id, late), 'REAUTHENTICATION_REQUIRED');
    } finally {
      gateway.clock.advance(-301_000);
    }
  });

  test('without a reason that can be read', async () => {
    const ada = await registeredPerson(gateway);
    for (const reason of ['', '   ', 'x'.repeat(501), 'two\nlines', 'a\u0000b'])
      expectCode(await impersonate(ada.id, supporter, reason), 'BAD_USER_INPUT');
  });
});

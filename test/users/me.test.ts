import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, ME, newEmail, registeredPerson, signedInPerson, signIn, STRONG_PASSWORD } from '../support/people.js';
import { tapWire, type Wire } from '../support/wire.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const FULL = `{
  me {
    id email username displayName avatarUrl emailVerified status locale lastLoginAt createdAt updatedAt
    roles { name permissions }
    permissions
  }
}`;

test('shows the signed-in person all that is theirs', async () => {
  const person = await signedInPerson(gateway, { locale: 'de-AT', displayName: 'Ada' });
  const { me } = await gateway.ask(FULL, {}, { token: person.accessToken });
  expect(me).toEqual({
    id: person.id,
    email: person.email,
    username: person.username,
    displayName: 'Ada',
    avatarUrl: null,
    emailVerified: true,
    status: 'ACTIVE',
    locale: 'de-AT',
    roles: [{ name: 'user', permissions: [] }],
    permissions: [],
    lastLoginAt: expect.any(String),
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
});

test('gives an administrator the union of the permissions of all roles', async () => {
  const { accessToken } = await admin(gateway);
  const { me } = await gateway.ask('{ me { roles { name } permissions } }', {}, { token: accessToken });
  expect(me.roles).toEqual([{ name: 'admin' }, { name: 'user' }]);
  expect(me.permissions).toContain('users:read');
  expect(me.permissions).toEqual([...new Set<string>(me.permissions)].sort((a, b) => (a < b ? -1 : 1)));
});

test('lists live sessions, newest first, and marks the one that asks', async () => {
  const person = await registeredPerson(gateway);
  const [first, second] = [await signIn(gateway, person), await signIn(gateway, person)];
  const { me } = await gateway.ask('{ me { sessions { id current } } }', {}, { token: first.accessToken });
  expect(me.sessions.slice(0, 2)).toEqual([
    { id: second.sessionId, current: false },
    { id: first.sessionId, current: true },
  ]);
  expect(me.sessions).toHaveLength(2);
});

test('of thousands of sessions the newest hundred are named, of each person apart', async () => {
  const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
  await gateway.database.sql(
    `insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, refreshes_since,
                           refreshes, authentication_methods)
     select gen_random_uuid(), $1, now() - n * interval '1 hour', now(), now() + interval '9 days',
            now() + interval '9 days', now(), 1, '{PASSWORD}' from generate_series(1, 3000) n`,
    [ada.id],
  );
  const chief = await admin(gateway);
  const query = 'query ($a: ID!, $b: ID!) { a: user(id: $a) { sessions { id } } b: user(id: $b) { sessions { id } } }';
  const { a, b } = await gateway.ask(query, { a: ada.id, b: eve.id }, { token: chief.accessToken });
  expect(a.sessions).toHaveLength(100);
  expect(a.sessions[0].id).toBe(ada.sessionId);
  expect(b.sessions[0].id).toBe(eve.sessionId);
});

describe('is refused, with the precise code and status 200 or 401 but never 5xx,', () => {
  test('without a token, or with what is none', async () => {
    expectCode(await gateway.gql(ME), 'UNAUTHENTICATED');
    expectCode(await gateway.gql(ME, {}, { headers: { authorization: 'Basic YTpi' } }), 'UNAUTHENTICATED');
    expectCode(await gateway.gql(ME, {}, { token: 'x.y.z' }), 'TOKEN_INVALID');
  });

  test('when the token has expired', async () => {
    const own = await startGateway();
    const { accessToken } = await signedInPerson(own);
    own.clock.advance(16 * 60_000);
    const answer = await own.gql(ME, {}, { token: accessToken });
    expectCode(answer, 'TOKEN_EXPIRED');
    expect(answer.data?.me ?? null).toBeNull();
  });

  test.each(['suspended_at', 'deleted_at'])('at once when the person has %s', async (column) => {
    // Changed behind the product's back, so Redis was not told: a live entry may stand for a second.
    const own = await startGateway({ REDIS_URL: '' });
    const { accessToken, id } = await signedInPerson(own);
    await own.ask(ME, {}, { token: accessToken });
    await own.database.sql(`update users set ${column} = now() where id = $1`, [id]);
    expectCode(await own.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
  });
});

describe.each([
  ['with Redis', {}],
  ['without Redis', { REDIS_URL: '' }],
])('what PostgreSQL is asked, %s', (_name, settings: Record<string, string>) => {
  let wire: Wire;
  let tapped: TestGateway;
  let token: string;
  beforeAll(async () => {
    wire = await tapWire(gateway.database.tcpUrl);
    ({ accessToken: token } = await signedInPerson(gateway, { email: newEmail(), password: STRONG_PASSWORD }));
    // Another process, which never saw the session.
    tapped = await gateway.replica({ DATABASE_URL: wire.url, JOBS: 'off', ...settings });
    await tapped.http('/health/ready');
  });
  afterAll(async () => {
    await tapped.close();
    await wire.close();
  });

  test('is one statement when signed in, roles and permissions included, from the first time on', async () => {
    for (let times = 0; times < 3; times++) {
      const { result, statements } = await wire.during(() => tapped.ask(FULL, {}, { token }));
      expect(result.me.roles).toEqual([{ name: 'user', permissions: [] }]);
      expect(statements).toHaveLength(1);
    }
    await new Promise((done) => setTimeout(done, 1100));
    expect((await wire.during(() => tapped.ask(FULL, {}, { token }))).statements).toHaveLength(1);
  });

  test('is one more with the sessions', async () => {
    const query = '{ me { id roles { name } sessions { id } } }';
    const { statements } = await wire.during(() => tapped.ask(query, {}, { token }));
    expect(statements).toHaveLength(2);
  });

  test('is nothing when anonymous, and nothing for a token that is not ours', async () => {
    const { statements } = await wire.during(async () => {
      await tapped.gql(ME);
      await tapped.gql(ME, {}, { token: `${token.slice(0, -6)}AAAAAA` });
      await tapped.gql('{ authSettings { registrationOpen } }', {}, { token });
    });
    expect(statements).toEqual([]);
  });
});

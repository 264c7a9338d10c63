import { beforeAll, describe, expect, test } from '@jest/globals';
import { createGuard } from '../../packages/guard/src/guard.js';
import { SUSPEND_USER, UPDATE_ROLE } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, type SignedInPerson, signedInPerson } from '../support/people.js';
import { postForm, RESOURCE_SERVERS } from '../support/resource-server.js';
import { type Feed, readFeed } from '../support/revocation-feed.js';
import {
  basicOf,
  CREATE_SECRET,
  DELETE_SERVICE_ACCOUNT,
  machineToken,
  type MadeServiceAccount,
  newRole,
  REVOKE_SECRET,
  serviceAccountWith,
  UPDATE_SERVICE_ACCOUNT,
} from '../support/service-accounts.js';
import { until } from '../support/until.js';
import { within } from '../support/within.js';

const INTROSPECT = ['tokens:introspect'];

let gateway: TestGateway;
let boss: SignedInPerson;
let ada: SignedInPerson;
let account: MadeServiceAccount;
/** Holds another permission alone. */
let other: MadeServiceAccount;
beforeAll(async () => {
  // Without RESOURCE_SERVERS.
  gateway = await startGateway();
  [boss, ada] = [await admin(gateway), await signedInPerson(gateway)];
  account = await serviceAccountWith(gateway, boss.accessToken, INTROSPECT);
  other = await serviceAccountWith(gateway, boss.accessToken, ['users:read']);
});

const asBoss = (query: string, input: object) => gateway.ask(query, { input }, { token: boss.accessToken });
const basic = ({ id, clientSecret }: MadeServiceAccount) => basicOf(id, clientSecret);
const bearer = async (of: MadeServiceAccount) => ({ authorization: `Bearer ${await machineToken(gateway, of)}` });

async function introspected(headers: Record<string, string>, form: Record<string, string> = {}, at = gateway) {
  const answer = await postForm(at, '/oauth/introspect', { token: ada.accessToken, ...form }, headers);
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, challenge: answer.headers.get('www-authenticate'), body };
}

describe('introspection answers a service account that holds tokens:introspect', () => {
  const ACTIVE = { status: 200, body: { active: true, sub: expect.any(String), scope: '' } };

  test('by HTTP Basic, by the body, and by its access token', async () => {
    const { id: client_id, clientSecret: client_secret } = account;
    expect(await introspected(basic(account))).toMatchObject(ACTIVE);
    expect(await introspected({}, { client_id, client_secret })).toMatchObject(ACTIVE);
    expect(await introspected(await bearer(account))).toMatchObject(ACTIVE);
  });

  test('and services of RESOURCE_SERVERS beside it', async () => {
    const both = await gateway.replica(RESOURCE_SERVERS);
    expect(await introspected(basic(account), {}, both)).toMatchObject(ACTIVE);
    expect((await introspected({}, {}, both)).status).toBe(401);
  });

  test('and shows that its secret is used', async () => {
    const fresh = await serviceAccountWith(gateway, boss.accessToken, INTROSPECT);
    await introspected(basic(fresh));
    const used = 'select last_used_at from service_account_secrets where id = $1 and last_used_at is not null';
    await until(async () => (await gateway.database.sql(used, [fresh.secretId])).length === 1);
  });

  test('but not by two methods at once', async () => {
    const { clientSecret: client_secret } = account;
    expect(await introspected(basic(account), { client_secret })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });
});

describe('no one else learns anything', () => {
  test('a service account without the permission, which learns what it lacks', async () => {
    for (const headers of [basic(other), await bearer(other)])
      expect(await introspected(headers)).toEqual({
        status: 403,
        challenge: 'Bearer error="insufficient_scope", scope="tokens:introspect"',
        body: { error: 'insufficient_scope', error_description: expect.any(String) },
      });
    const part = await machineToken(gateway, account, { scope: '' });
    expect((await introspected({ authorization: `Bearer ${part}` })).status).toBe(403);
    const feed = await readFeed(gateway.url, basic(other));
    expect(feed.status).toBe(403);
    feed.close();
  });

  test.each<[string, () => Record<string, string>]>([
    ['an unknown one', () => basicOf(ada.id, account.clientSecret)],
    ['the secret of another', () => basicOf(account.id, other.clientSecret)],
    ['a wrong secret', () => basicOf(account.id, 'x')],
    ['a user who holds the permission', () => ({ authorization: `Bearer ${boss.accessToken}` })],
    ['no credentials', () => ({})],
  ])('%s: all are answered alike', async (_, headers) => {
    const { body: anonymous } = await introspected({ authorization: 'Basic' });
    expect(await introspected(headers())).toEqual({
      status: 401,
      challenge: 'Basic realm="Sallyport"',
      body: anonymous,
    });
    const feed = await readFeed(gateway.url, { authorization: '', ...headers() });
    expect(feed.status).toBe(401);
    feed.close();
  });

  test('wrong credentials are events, and past their limit answered with 429; right ones never are', async () => {
    const narrow = await startGateway({ LIMITS_FACTOR: '0.05', REDIS_URL: '' });
    const { accessToken: token } = await admin(narrow);
    const victim = await serviceAccountWith(narrow, token, INTROSPECT);
    const wrong = () => introspected(basicOf(victim.id, other.clientSecret), {}, narrow);
    const statuses: number[] = [];
    for (let time = 0; time < 5; time += 1) statuses.push((await wrong()).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await wrong()).body).toMatchObject({ error: 'temporarily_unavailable' });
    expect((await introspected(basic(victim), {}, narrow)).status).toBe(200);
    const events = await narrow.database.sql(
      `select action, code from audit_events where subject_id = $1 and outcome = 'REFUSED'`,
      [victim.id],
    );
    expect(events).toEqual(Array.from({ length: 3 }, () => ({ action: 'introspect', code: 'INVALID_CREDENTIALS' })));
  });
});

describe('the feed of revocations', () => {
  const opened = async (headers: Record<string, string>): Promise<Feed> => {
    const feed = await readFeed(gateway.url, headers);
    expect(feed.status).toBe(200);
    await feed.until(({ event }) => event === 'synced');
    return feed;
  };

  test('answers a service account, with its secret and with its access token', async () => {
    const feeds = [await opened(basic(account)), await opened(await bearer(account))];
    const { accessToken, sessionId } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: accessToken });
    for (const feed of feeds) {
      await feed.until(({ data }) => data.key === sessionId);
      feed.close();
    }
  });

  test.each<[string, (of: MadeServiceAccount) => Promise<unknown>]>([
    ['its secret is revoked', ({ id, secretId }) => asBoss(REVOKE_SECRET, { serviceAccountId: id, secretId })],
    ['its role loses the permission', ({ role }) => asBoss(UPDATE_ROLE, { name: role, permissions: [] })],
    [
      'it loses the role',
      async ({ id }) =>
        asBoss(UPDATE_SERVICE_ACCOUNT, { serviceAccountId: id, roles: [await newRole(gateway, ['orders:read'])] }),
    ],
    ['it is deleted', ({ id }) => asBoss(DELETE_SERVICE_ACCOUNT, { serviceAccountId: id })],
  ])('ends within two seconds when %s, and no other does', async (_, change) => {
    const beside = await opened(basic(account));
    let besideEnded = false;
    void beside.ended.then(() => (besideEnded = true));
    const one = await within(2_000, async (start) => {
      const made = await serviceAccountWith(gateway, boss.accessToken, INTROSPECT);
      const feeds = [await opened(basic(made)), await opened(await bearer(made))];
      await change(made);
      start();
      await Promise.all(feeds.map(({ ended }) => ended));
      return made;
    });
    expect(besideEnded).toBe(false);
    beside.close();
    expect((await introspected(basic(one))).status).toBeGreaterThanOrEqual(401);
  });

  test('goes on by the secret when its roles change and still allow it', async () => {
    const one = await serviceAccountWith(gateway, boss.accessToken, INTROSPECT);
    const { createServiceAccountSecret: second } = await asBoss(CREATE_SECRET, { serviceAccountId: one.id });
    const feed = await opened(basicOf(one.id, second.clientSecret));
    await asBoss(REVOKE_SECRET, { serviceAccountId: one.id, secretId: one.secretId });
    await asBoss(UPDATE_ROLE, { name: one.role, permissions: [...INTROSPECT, 'orders:read'] });
    for (let time = 0; time < 2; time += 1) await feed.synced();
    feed.close();
  });

  test('ends with the access token that it was opened by', async () => {
    const own = await startGateway();
    const chief = await admin(own);
    const one = await serviceAccountWith(own, chief.accessToken, INTROSPECT);
    const feed = await readFeed(own.url, { authorization: `Bearer ${await machineToken(own, one)}` });
    await feed.synced();
    own.clock.advance(own.config.accessTokenLifetime + 1_000);
    await feed.ended;
  });
});

test('a guard works with the id and the secret of a service account', async () => {
  const service = { name: account.id, secret: account.clientSecret };
  const at = { issuer: gateway.config.publicUrl, gateway: gateway.url, service };
  const guard = createGuard(at);
  await guard.ready();
  const eve = await signedInPerson(gateway);
  const verdict = (by = guard) =>
    by.verify(eve.accessToken).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );
  expect(await verdict()).toBe('accepted');
  // One whose feed is not there asks about each token.
  const asking = createGuard({
    ...at,
    fetch: (url, init) => (url.endsWith('/revocations') ? Promise.reject(new Error('no feed')) : fetch(url, init)),
  });
  expect(await verdict(asking)).toBe('accepted');
  await asBoss(SUSPEND_USER, { userId: eve.id });
  expect(await verdict(asking)).toBe('TOKEN_REVOKED');
  await until(async () => (await verdict()) === 'TOKEN_REVOKED');
  guard.close();
  asking.close();
});

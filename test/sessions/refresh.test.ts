import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { NO_REFRESH_TOKENS } from '../support/no-refresh-tokens.js';
import { ME, REFRESH, type SignedInPerson, signedInPerson, signIn } from '../support/people.js';

const DAY = 86_400_000;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const refresh = (refreshToken: unknown, token?: string) => gateway.gql(REFRESH, { input: { refreshToken } }, { token });
const trade = async (refreshToken: string): Promise<SignedInPerson> =>
  (await gateway.ask(REFRESH, { input: { refreshToken } })).refresh;
const tokensOf = (sessionId: string) =>
  gateway.database.sql('select * from refresh_tokens where session_id = $1', [sessionId]);
const endedAt = async (sessionId: string) =>
  (await gateway.database.sql('select ended_at from sessions where id = $1', [sessionId]))[0]?.ended_at;
const eventsOf = ({ sessionId }: SignedInPerson) =>
  gateway.database.sql(
    `select outcome, code, subject_id, details from audit_events where action = 'refresh' and session_id = $1`,
    [sessionId],
  );
async function refreshesBy(outcome: string): Promise<number> {
  const metrics = await (await gateway.http('/metrics')).text();
  return Number(new RegExp(`^sallyport_refreshes_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0);
}

describe('a refresh', () => {
  test('returns new tokens of the same session, and both are valid', async () => {
    const ada = await signedInPerson(gateway);
    const { refresh: traded } = await gateway.ask(REFRESH, { input: { refreshToken: ada.refreshToken } });
    expect(traded.refreshToken).not.toBe(ada.refreshToken);
    expect(traded.accessToken).not.toBe(ada.accessToken);
    expect(traded).toMatchObject({ session: { id: ada.sessionId, current: true }, user: { id: ada.id } });
    expect((await gateway.ask(ME, {}, { token: traded.accessToken })).me.id).toBe(ada.id);
    expect((await trade(traded.refreshToken)).refreshToken).not.toBe(traded.refreshToken);
  });

  test('ignores whatever access token comes along', async () => {
    const ada = await signedInPerson(gateway);
    expect((await refresh(ada.refreshToken, 'garbage')).errors).toEqual([]);
  });

  test('is no audit event: the lastUsedAt of the session and a metric show it', async () => {
    const ada = await signedInPerson(gateway);
    const lastUsedAt = async () =>
      (await gateway.database.sql('select last_used_at from sessions where id = $1', [ada.sessionId]))[0]!.last_used_at;
    const before = await lastUsedAt();
    const counted = await refreshesBy('rotated');
    await trade(ada.refreshToken);
    expect(await eventsOf(ada)).toEqual([]);
    expect(await refreshesBy('rotated')).toBe(counted + 1);
    expect(Number(await lastUsedAt())).toBeGreaterThan(Number(before));
  });

  test('carries the rights of now: a role given meanwhile is in the new token', async () => {
    const ada = await signedInPerson(gateway);
    await gateway.database.sql(`insert into user_roles values ($1, 'admin', now())`, [ada.id]);
    const { accessToken } = await trade(ada.refreshToken);
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString());
    expect(claims.roles).toEqual(['admin', 'user']);
    expect(claims.scope).toContain('users:write');
  });

  test.each([
    ['suspended', 'update users set suspended_at = now() where id = $1'],
    ['deleted', 'update users set deleted_at = now() where id = $1'],
  ])('is refused to a person who is %s', async (_, change) => {
    const ada = await signedInPerson(gateway);
    await gateway.database.sql(change, [ada.id]);
    expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_INVALID');
    expect(await tokensOf(ada.sessionId)).toMatchObject([{ used_at: null }]);
  });
});

describe('a hundred parallel refreshes of one token', () => {
  test('all succeed with one identical child', async () => {
    const ada = await signedInPerson(gateway);
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(ada.refreshToken)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const children = new Set(answers.map(({ data }) => data!.refresh.refreshToken));
    expect(children.size).toBe(1);
    expect(await tokensOf(ada.sessionId)).toHaveLength(2);
    const [child] = children;
    await trade(child);
    expect(await tokensOf(ada.sessionId)).toHaveLength(3);
  });

  test('of twenty users at once are never mixed up', async () => {
    const ada = await signedInPerson(gateway);
    const sessions = await Promise.all(Array.from({ length: 20 }, () => signIn(gateway, ada)));
    const answers = await Promise.all(
      sessions.flatMap(({ sessionId, refreshToken }) =>
        Array.from({ length: 5 }, async () => ({ sessionId, answer: await refresh(refreshToken) })),
      ),
    );
    for (const { sessionId, answer } of answers) expect(answer.data!.refresh.session.id).toBe(sessionId);
    expect(new Set(answers.map(({ answer }) => answer.data!.refresh.refreshToken)).size).toBe(20);
  });
});

describe('a used token that comes back', () => {
  test('after the grace period, with its child used, ends the session, kills its access tokens, mails the owner and is recorded', async () => {
    const ada = await signedInPerson(gateway);
    const child = await trade(ada.refreshToken);
    const grandchild = await trade(child.refreshToken);
    expect((await gateway.ask(ME, {}, { token: grandchild.accessToken })).me.id).toBe(ada.id);
    gateway.clock.advance(10_500);
    const counted = await refreshesBy('reused');
    expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_REUSED');
    for (const { accessToken } of [ada, child, grandchild]) {
      expectCode(await gateway.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
    }
    expectCode(await refresh(grandchild.refreshToken), 'REFRESH_TOKEN_INVALID');
    expect(await endedAt(ada.sessionId)).toBeInstanceOf(Date);
    expect(await refreshesBy('reused')).toBe(counted + 1);
    expect(await gateway.mailbox.lastTo(ada.email, 'refresh-token-reused')).toMatchObject({ to: ada.email });
    expect(await eventsOf(ada)).toEqual([
      { outcome: 'REFUSED', code: 'REFRESH_TOKEN_REUSED', subject_id: ada.id, details: null },
    ]);
  });

  test('twice, or twenty times at once, is one mail and one event', async () => {
    const ada = await signedInPerson(gateway);
    await trade((await trade(ada.refreshToken)).refreshToken);
    gateway.clock.advance(10_500);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(ada.refreshToken)));
    for (const answer of answers) expect(answer.errors[0]?.extensions.code).toMatch(/^REFRESH_TOKEN_(REUSED|INVALID)$/);
    expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_INVALID');
    const mails = `select 1 from mails where recipient = $1 and template = 'refresh-token-reused'`;
    expect(await gateway.database.sql(mails, [ada.email])).toHaveLength(1);
    const events = `select 1 from audit_events where code = 'REFRESH_TOKEN_REUSED' and subject_id = $1`;
    expect(await gateway.database.sql(events, [ada.id])).toHaveLength(1);
  });

  test('does not end the other sessions of the person', async () => {
    const ada = await signedInPerson(gateway);
    const phone = await signIn(gateway, ada);
    await trade((await trade(ada.refreshToken)).refreshToken);
    gateway.clock.advance(10_500);
    expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_REUSED');
    expect((await gateway.ask(ME, {}, { token: phone.accessToken })).me.id).toBe(ada.id);
    expect((await trade(phone.refreshToken)).accessToken).toBeTruthy();
  });
});

describe('a session ends by itself', () => {
  test('when it was not refreshed for thirty days', async () => {
    const ada = await signedInPerson(gateway);
    gateway.clock.advance(29 * DAY);
    const { refreshToken } = await trade(ada.refreshToken);
    gateway.clock.advance(31 * DAY);
    expectCode(await refresh(refreshToken), 'REFRESH_TOKEN_INVALID');
  });

  test('after ninety days, however often it was refreshed', async () => {
    let { refreshToken } = await signedInPerson(gateway);
    for (let day = 0; day < 87; day += 29) {
      gateway.clock.advance(29 * DAY);
      ({ refreshToken } = await trade(refreshToken));
    }
    gateway.clock.advance(2 * DAY);
    const { refresh: last } = await gateway.ask(REFRESH, { input: { refreshToken } });
    expect(Date.parse(last.refreshTokenExpiresAt) - gateway.clock.now().getTime()).toBeLessThan(DAY);
    gateway.clock.advance(DAY);
    expectCode(await refresh(last.refreshToken), 'REFRESH_TOKEN_INVALID');
  });
});

describe('what is no refresh token', () => {
  test.each(NO_REFRESH_TOKENS)('is refused as invalid: %j', async (token) => {
    expectCode(await refresh(token), 'REFRESH_TOKEN_INVALID');
  });

  test('is refused as bad input when it cannot be meant: 8 kB', async () => {
    expectCode(await refresh('a'.repeat(8192)), 'BAD_USER_INPUT');
  });

  test.each([[['a']], [{ $ne: null }], [1], [true]])('is refused by its type: %j', async (token) => {
    const answer = await refresh(token);
    expectCode(answer, 'BAD_USER_INPUT');
    expect(answer.status).toBe(400);
  });

  test('an access token, a changed secret, a prefix and another secret under a known id are none', async () => {
    const ada = await signedInPerson(gateway);
    const other = await signedInPerson(gateway);
    const [id, secret] = ada.refreshToken.split('.') as [string, string];
    const changed = `${id}.${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`;
    const mixed = `${id}.${other.refreshToken.split('.')[1]}`;
    expectCode(await refresh(ada.accessToken), 'BAD_USER_INPUT');
    for (const token of [changed, mixed, ada.refreshToken.slice(0, -1), id, secret]) {
      expectCode(await refresh(token), 'REFRESH_TOKEN_INVALID');
    }
    expect((await refresh(ada.refreshToken)).errors).toEqual([]);
  });

  test('nothing at all is none', async () => {
    expectCode(await gateway.gql(REFRESH), 'REFRESH_TOKEN_INVALID');
    expectCode(await refresh(null), 'REFRESH_TOKEN_INVALID');
  });
});

test('a refresh token is 256 random bits, of which only a hash is stored', async () => {
  const ada = await signedInPerson(gateway);
  const secret = Buffer.from(ada.refreshToken.split('.')[1]!, 'base64url');
  expect(secret).toHaveLength(32);
  const [row] = await tokensOf(ada.sessionId);
  expect(row!.secret_hash).toHaveLength(32);
  expect(secret.equals(row!.secret_hash as Buffer)).toBe(false);
});

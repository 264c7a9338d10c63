import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode, type RequestOptions } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { NO_REFRESH_TOKENS } from '../support/no-refresh-tokens.js';
import { ME, REFRESH, registeredPerson, type SignedInPerson, signedInPerson, signIn } from '../support/people.js';

const LOGOUT_WITH = /* GraphQL */ `
  mutation ($input: LogoutInput) {
    logout(input: $input) {
      endedSessions
    }
  }
`;
const HOUR = 3_600_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const logout = (refreshToken: unknown, options?: RequestOptions) =>
  gateway.gql(LOGOUT_WITH, { input: { refreshToken } }, options);
const refresh = (refreshToken: string) => gateway.gql(REFRESH, { input: { refreshToken } });
const me = (token: string) => gateway.gql(ME, {}, { token });
const eventsOf = ({ id }: { id: string }) =>
  gateway.database.sql(
    `select outcome, code, actor_id, subject_id, session_id from audit_events
      where action = 'logout' and (subject_id = $1 or actor_id = $1)`,
    [id],
  );

async function expectOver({ accessToken, refreshToken }: Pick<SignedInPerson, 'accessToken' | 'refreshToken'>) {
  expectCode(await me(accessToken), 'TOKEN_REVOKED');
  expectCode(await refresh(refreshToken), 'REFRESH_TOKEN_INVALID');
}

describe('the refresh token alone', () => {
  test('ends its session and no other, and the audit log names the person', async () => {
    const ada = await signedInPerson(gateway);
    const phone = await signIn(gateway, ada);
    expect((await me(ada.accessToken)).errors).toEqual([]);

    expect((await logout(ada.refreshToken)).data!.logout).toEqual({ endedSessions: 1 });
    await expectOver(ada);
    expect((await me(phone.accessToken)).errors).toEqual([]);
    expect(await eventsOf(ada)).toEqual([
      { outcome: 'SUCCEEDED', code: null, actor_id: ada.id, subject_id: ada.id, session_id: ada.sessionId },
    ]);
  });

  test('does so when the access token has expired', async () => {
    const ada = await signedInPerson(gateway);
    gateway.clock.advance(HOUR);
    expectCode(await gateway.gql(LOGOUT_WITH, {}, { token: ada.accessToken }), 'TOKEN_EXPIRED');
    expect((await logout(ada.refreshToken, { token: ada.accessToken })).data!.logout).toEqual({ endedSessions: 1 });
    expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_INVALID');
  });

  test('may be a used one of any generation: it ends what its replay would end', async () => {
    const ada = await signedInPerson(gateway);
    const child = (await refresh(ada.refreshToken)).data!.refresh;
    const grandchild = (await refresh(child.refreshToken)).data!.refresh;
    expect((await logout(ada.refreshToken)).data!.logout).toEqual({ endedSessions: 1 });
    await expectOver(grandchild);
    expectCode(await me(ada.accessToken), 'TOKEN_REVOKED');
  });

  test('of a session that is over is as good as done, once in the audit log', async () => {
    const ada = await signedInPerson(gateway);
    const answers = await Promise.all(Array.from({ length: 10 }, () => logout(ada.refreshToken)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect((await logout(ada.refreshToken)).data!.logout).toEqual({ endedSessions: 0 });
    await expectOver(ada);
    const ended = await gateway.database.sql('select 1 from sessions where id = $1 and ended_at is not null', [
      ada.sessionId,
    ]);
    expect(ended).toHaveLength(1);
  });

  test('of a session that has expired ends nothing and is no error', async () => {
    const ada = await signedInPerson(gateway);
    gateway.clock.advance(31 * 24 * HOUR);
    expect((await logout(ada.refreshToken)).data!.logout).toEqual({ endedSessions: 0 });
    expect(await eventsOf(ada)).toEqual([]);
  });

  test('ends the session of a user who may do nothing else any more', async () => {
    const ada = await signedInPerson(gateway);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [ada.id]);
    expect((await logout(ada.refreshToken)).data!.logout).toEqual({ endedSessions: 1 });
  });
});

describe('with a good access token beside it, the refresh token says which session ends:', () => {
  test('another one of the same person', async () => {
    const ada = await signedInPerson(gateway);
    const phone = await signIn(gateway, ada);
    expect((await logout(phone.refreshToken, { token: ada.accessToken })).data!.logout).toEqual({ endedSessions: 1 });
    await expectOver(phone);
    expect((await me(ada.accessToken)).errors).toEqual([]);
  });

  test('one of another user, who is the actor', async () => {
    const ada = await signedInPerson(gateway);
    const grace = await signedInPerson(gateway);
    expect((await logout(grace.refreshToken, { token: ada.accessToken })).data!.logout).toEqual({ endedSessions: 1 });
    await expectOver(grace);
    expect((await me(ada.accessToken)).errors).toEqual([]);
    expect(await eventsOf(grace)).toMatchObject([{ actor_id: grace.id, session_id: grace.sessionId }]);
    expect(await eventsOf(ada)).toEqual([]);
  });

  test('none, if it is not our token', async () => {
    const ada = await signedInPerson(gateway);
    expectCode(await logout('garbage', { token: ada.accessToken }), 'REFRESH_TOKEN_INVALID');
    expect((await me(ada.accessToken)).errors).toEqual([]);
    expect(await eventsOf(ada)).toMatchObject([
      { outcome: 'REFUSED', code: 'REFRESH_TOKEN_INVALID', actor_id: ada.id },
    ]);
  });

  test.each([[{}], [{ input: null }], [{ input: {} }], [{ input: { refreshToken: null } }]])(
    'the access token says it where there is none: %j',
    async (variables) => {
      const ada = await signedInPerson(gateway);
      const answer = await gateway.gql(LOGOUT_WITH, variables, { token: ada.accessToken });
      expect(answer.data!.logout).toEqual({ endedSessions: 1 });
      expectCode(await gateway.gql(LOGOUT_WITH, variables), 'UNAUTHENTICATED');
      await expectOver(ada);
    },
  );
});

describe('what is no refresh token', () => {
  test.each(NO_REFRESH_TOKENS)('is refused as invalid: %j', async (token) => {
    const answer = await logout(token);
    expectCode(answer, 'REFRESH_TOKEN_INVALID');
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('is refused as bad input when it cannot be meant: 8 kB', async () => {
    expectCode(await logout('a'.repeat(8192)), 'BAD_USER_INPUT');
  });

  test.each([[['a', 'b']], [{ $ne: null }], [1], [true]])('is refused by its type: %j', async (token) => {
    expectCode(await logout(token), 'BAD_USER_INPUT');
  });

  test('a changed secret, a prefix and another’s secret under a known id end nothing', async () => {
    const ada = await signedInPerson(gateway);
    const other = await signedInPerson(gateway);
    const [id, secret] = ada.refreshToken.split('.') as [string, string];
    const changed = `${id}.${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`;
    const mixed = `${id}.${other.refreshToken.split('.')[1]}`;
    for (const token of [changed, mixed, ada.refreshToken.slice(0, -1), id, secret, ada.sessionId])
      expectCode(await logout(token), 'REFRESH_TOKEN_INVALID');
    for (const { accessToken } of [ada, other]) expect((await me(accessToken)).errors).toEqual([]);
    expect((await refresh(ada.refreshToken)).errors).toEqual([]);
  });
});

test('a logout that races refreshes of its session wins: whatever they gave is dead once it has answered', async () => {
  const ada = await registeredPerson(gateway);
  let together = 0;
  for (let round = 0; round < 40; round += 1) {
    const { accessToken, refreshToken } = await signIn(gateway, ada);
    const ask = () => refresh(refreshToken);
    const [before, ended, ...after] = await Promise.all([ask(), logout(refreshToken), ask(), ask()]);
    expect(ended.errors).toEqual([]);
    expectCode(await me(accessToken), 'TOKEN_REVOKED');
    for (const { data, errors } of [before, ...after]) {
      if (!data) expectCode({ errors }, 'REFRESH_TOKEN_INVALID');
      else await expectOver(data.refresh);
      together += data ? 1 : 0;
    }
  }
  expect(together).toBeGreaterThan(0);
});

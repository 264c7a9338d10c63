import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  LOGIN,
  LOGOUT,
  ME,
  REFRESH,
  registeredPerson,
  type SignedInPerson,
  signedInPerson,
  signIn,
} from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const logout = (token?: string) => gateway.gql(LOGOUT, {}, { token });

test('logout ends the session: access and refresh token are dead when it answers', async () => {
  const ada = await signedInPerson(gateway);
  expect((await gateway.ask(ME, {}, { token: ada.accessToken })).me.id).toBe(ada.id);
  expect((await logout(ada.accessToken)).data!.logout).toEqual({ endedSessions: 1 });
  expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
  expectCode(await gateway.gql(REFRESH, { input: { refreshToken: ada.refreshToken } }), 'REFRESH_TOKEN_INVALID');
  expectCode(await logout(ada.accessToken), 'TOKEN_REVOKED');
});

test('logout ends one session and leaves the others alone', async () => {
  const ada = await signedInPerson(gateway);
  const phone = await signIn(gateway, ada);
  await logout(ada.accessToken);
  expect((await gateway.ask(ME, {}, { token: phone.accessToken })).me.id).toBe(ada.id);
});

test('logout also kills what was refreshed in the meantime: every access token of the session', async () => {
  const ada = await signedInPerson(gateway);
  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: ada.refreshToken } });
  await logout(ada.accessToken);
  expectCode(await gateway.gql(ME, {}, { token: refresh.accessToken }), 'TOKEN_REVOKED');
  expectCode(await gateway.gql(REFRESH, { input: { refreshToken: refresh.refreshToken } }), 'REFRESH_TOKEN_INVALID');
});

test('logout is in the audit log, once', async () => {
  const ada = await signedInPerson(gateway);
  await logout(ada.accessToken);
  await logout(ada.accessToken);
  const events = await gateway.database.sql(
    `select outcome, actor_id, subject_id, session_id from audit_events
      where action = 'logout' and outcome = 'SUCCEEDED' and subject_id = $1`,
    [ada.id],
  );
  expect(events).toEqual([{ outcome: 'SUCCEEDED', actor_id: ada.id, subject_id: ada.id, session_id: ada.sessionId }]);
});

describe('a token that is no longer to be trusted ends nothing, though nothing but PostgreSQL knows it:', () => {
  const reasons: [string, string, (person: SignedInPerson) => unknown[]][] = [
    ['a role of the person has changed', `update roles set version = version + 1 where name = 'user'`, () => []],
    ['they hold other roles now', `delete from user_roles where user_id = $1`, ({ id }) => [id]],
    ['their rights have a new version', `update users set version = version + 1 where id = $1`, ({ id }) => [id]],
    ['they are suspended', `update users set suspended_at = now() where id = $1`, ({ id }) => [id]],
    ['they are deleted', `update users set deleted_at = now() where id = $1`, ({ id }) => [id]],
    ['the session has expired', `update sessions set expires_at = now() where user_id = $1`, ({ id }) => [id]],
  ];

  test.each(reasons)('%s', async (_reason, change, params) => {
    const ada = await signedInPerson(gateway);
    await gateway.database.sql(change, params(ada));

    expectCode(await logout(ada.accessToken), 'TOKEN_REVOKED');
    const [session] = await gateway.database.sql('select ended_at from sessions where id = $1', [ada.sessionId]);
    expect(session).toEqual({ ended_at: null });
  });
});

test('a token that logout calls revoked is dead everywhere, also if it was not denied yet', async () => {
  const root = await admin(gateway);
  const roles = () => gateway.gql('{ roles { name } }', {}, { token: root.accessToken });
  for (let asked = 0; asked < 2; asked++) expect((await roles()).errors).toEqual([]);
  await gateway.database.sql('update sessions set ended_at = now() where id = $1', [root.sessionId]);

  expectCode(await logout(root.accessToken), 'TOKEN_REVOKED');
  expectCode(await roles(), 'TOKEN_REVOKED');
});

test('logout needs a person', async () => {
  expectCode(await logout(), 'UNAUTHENTICATED');
  expectCode(await logout('garbage'), 'TOKEN_INVALID');
});

describe('a logout that races refreshes of its session', () => {
  test('wins: once it has answered, whatever they gave is dead', async () => {
    const ada = await registeredPerson(gateway);
    for (let round = 0; round < 10; round += 1) {
      const { accessToken, refreshToken } = await signIn(gateway, ada);
      const ask = () => gateway.gql(REFRESH, { input: { refreshToken } });
      const [ended, ...refreshed] = await Promise.all([logout(accessToken), ask(), ask(), ask()]);
      expect(ended.errors).toEqual([]);
      for (const { data, errors } of refreshed) {
        const granted = data?.refresh;
        if (!granted) {
          expect(errors[0]!.extensions.code).toBe('REFRESH_TOKEN_INVALID');
          continue;
        }
        expectCode(await gateway.gql(ME, {}, { token: granted.accessToken }), 'TOKEN_REVOKED');
        expectCode(
          await gateway.gql(REFRESH, { input: { refreshToken: granted.refreshToken } }),
          'REFRESH_TOKEN_INVALID',
        );
      }
    }
  });

  test('twenty times at once says for each that the session is over', async () => {
    const ada = await signedInPerson(gateway);
    const answers = await Promise.all(Array.from({ length: 20 }, () => logout(ada.accessToken)));
    const heard = answers.map(({ data, errors }) => errors[0]?.extensions.code ?? data!.logout.endedSessions);
    for (const one of heard) expect([0, 1, 'TOKEN_REVOKED']).toContain(one);
    expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
  });
});

test('each sign-in makes a session of its own', async () => {
  const ada = await registeredPerson(gateway);
  const input = { identifier: ada.email, password: ada.password };
  const one = await gateway.ask(LOGIN, { input });
  const two = await gateway.ask(LOGIN, { input }, { token: one.login.accessToken });
  expect(two.login.session.id).not.toBe(one.login.session.id);
  expect((await gateway.ask(ME, {}, { token: one.login.accessToken })).me.id).toBe(ada.id);
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import {
  afterPassword,
  answerWith,
  enroll,
  personWithTotp,
  RESET_USER_FACTORS,
  signInWith,
  totp,
} from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, ME, REFRESH, signIn } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

describe('resetUserFactors', () => {
  test('wants a recent authentication: a stolen token does not remove the factors of its administrator', async () => {
    const root = await admin(gateway);
    const { secret } = await enroll(gateway, root);
    gateway.clock.advance(5 * 60_000);
    expectCode(await reset(root.accessToken, root.id), 'REAUTHENTICATION_REQUIRED');
    const passwordAlone = await afterPassword(gateway, root);
    expect(passwordAlone.purpose).toBe('SECOND_FACTOR');
    expect((await signInWith(gateway, root, totp(gateway, secret))).errors).toEqual([]);
  });

  const reset = (token: string, userId: string) => gateway.gql(RESET_USER_FACTORS, { input: { userId } }, { token });

  test('removes every factor and recovery code, ends every session and challenge, and mails the user', async () => {
    const [root, ada] = [await admin(gateway), await personWithTotp(gateway)];
    const { challengeToken } = await afterPassword(gateway, ada);
    const { data } = await reset(root.accessToken, ada.id);
    expect(data?.resetUserFactors).toEqual({ id: ada.id, factors: [] });
    expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
    expectCode(await gateway.gql(REFRESH, { input: { refreshToken: ada.refreshToken } }), 'REFRESH_TOKEN_INVALID');
    expectCode(await answerWith(gateway, challengeToken, totp(gateway, ada.secret)), 'CHALLENGE_EXPIRED');
    await signIn(gateway, ada);
    const rows = await gateway.database.sql('select id from recovery_codes where user_id = $1', [ada.id]);
    expect(rows).toEqual([]);
    await gateway.mailbox.lastTo(ada.email, 'factors-reset');
    const [event] = await gateway.database.sql(
      `select actor_id, details from audit_events where action = 'resetUserFactors' and subject_id = $1`,
      [ada.id],
    );
    expect(event).toEqual({ actor_id: root.id, details: { factorsRemoved: 1, endedSessions: 1 } });
  });

  test('is refused upon a user with more rights, and without the permission', async () => {
    const [helper, root, ada] = [
      await holderOf(gateway, ['users:write']),
      await admin(gateway),
      await personWithTotp(gateway),
    ];
    expectCode(await reset(helper.accessToken, root.id), 'FORBIDDEN');
    expectCode(await reset(ada.accessToken, helper.id), 'FORBIDDEN');
    expectCode(await reset(helper.accessToken, '00000000-0000-7000-8000-000000000000'), 'NOT_FOUND');
    expect((await reset(helper.accessToken, ada.id)).data?.resetUserFactors.id).toBe(ada.id);
  });
});

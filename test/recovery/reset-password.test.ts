import { beforeAll, describe, expect, test } from '@jest/globals';
import { createdApiKey } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  LOGIN,
  ME,
  newEmail,
  REFRESH,
  REGISTER,
  registeredPerson,
  signedInPerson,
  signIn,
  STRONG_PASSWORD,
} from '../support/people.js';
import {
  askEmailChange,
  askReset,
  CONFIRM_EMAIL_CHANGE,
  happened,
  NEW_PASSWORD,
  REQUEST_PASSWORD_RESET,
  RESET_PASSWORD,
} from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const reset = (input: object) => gateway.gql(RESET_PASSWORD, { input: { newPassword: NEW_PASSWORD, ...input } });

describe('with the code from the mail', () => {
  test('the new password counts, the old one does not, and every earlier session is dead on every process', async () => {
    const ada = await signedInPerson(gateway);
    const replica = await gateway.replica();
    const other = await signIn(gateway, ada);
    expect((await replica.gql(ME, {}, { token: ada.accessToken })).errors).toEqual([]);

    const { data, errors } = await reset(await askReset(gateway, ada.email));
    expect(errors).toEqual([]);
    expect(data?.resetPassword).toMatchObject({ __typename: 'SignedIn', user: { id: ada.id, email: ada.email } });

    for (const { accessToken, refreshToken } of [ada, other]) {
      expectCode(await replica.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
      expectCode(await replica.gql(REFRESH, { input: { refreshToken } }), 'REFRESH_TOKEN_INVALID');
    }
    expectCode(
      await gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } }),
      'INVALID_CREDENTIALS',
    );
    await signIn(gateway, { email: ada.email, password: NEW_PASSWORD });
    expect((await gateway.gql(ME, {}, { token: data?.resetPassword.accessToken })).data?.me.id).toBe(ada.id);
  });

  test('the owner gets a mail, and the audit log has the event', async () => {
    const ada = await registeredPerson(gateway);
    await reset(await askReset(gateway, ada.email));
    expect(await gateway.mailbox.lastTo(ada.email, 'password-changed')).toMatchObject({ to: ada.email });
    expect((await happened(gateway, ada.id)).slice(-2)).toEqual(['requestPasswordReset', 'resetPassword']);
  });

  test('the address is verified: a password that was planted on it opens nothing', async () => {
    const email = newEmail('victim');
    const optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
    await optional.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { data } = await reset(await askReset(gateway, email));
    expect(data?.resetPassword.user.emailVerified).toBe(true);
    expectCode(
      await gateway.gql(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } }),
      'INVALID_CREDENTIALS',
    );
  });

  test('the address is verified: an identity that a stranger has linked before no longer signs in', async () => {
    const email = newEmail('victim');
    const optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
    await optional.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const linked = () =>
      gateway.database.sql('select i.id from identities i join users u on u.id = i.user_id where u.email = $1', [
        email,
      ]);
    await gateway.database.sql(
      `insert into identities (id, user_id, provider, issuer, subject, created_at)
       select gen_random_uuid(), id, 'acme', 'https://id.example', 'the stranger', now() from users where email = $1`,
      [email],
    );
    expect(await linked()).toHaveLength(1);
    expect((await reset(await askReset(gateway, email))).errors).toEqual([]);
    expect(await linked()).toEqual([]);
  });

  test('the address is verified: a key that a stranger has made is dead on every process', async () => {
    const email = newEmail('victim');
    const [optional, replica] = [await gateway.replica({ EMAIL_VERIFICATION: 'optional' }), await gateway.replica()];
    await optional.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { secret } = await createdApiKey(
      optional,
      (await signIn(optional, { email, password: STRONG_PASSWORD })).accessToken,
    );
    await replica.ask(ME, {}, { token: secret });
    expect((await reset(await askReset(gateway, email))).errors).toEqual([]);
    expectCode(await replica.gql(ME, {}, { token: secret }), 'API_KEY_REVOKED');
  });

  test('a key of an account that was verified before stays', async () => {
    const ada = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, ada.accessToken);
    expect((await reset(await askReset(gateway, ada.email))).errors).toEqual([]);
    expect((await gateway.ask(ME, {}, { token: secret })).me.id).toBe(ada.id);
  });

  test('an identity of an account that was verified before stays', async () => {
    const ada = await registeredPerson(gateway);
    await gateway.database.sql(
      `insert into identities (id, user_id, provider, issuer, subject, created_at)
       values (gen_random_uuid(), $1, 'acme', 'https://id.example', 'the owner', now())`,
      [ada.id],
    );
    expect((await reset(await askReset(gateway, ada.email))).errors).toEqual([]);
    expect(await gateway.database.sql('select from identities where user_id = $1', [ada.id])).toHaveLength(1);
  });

  test('a change of address that a thief had asked for can no longer be confirmed', async () => {
    const ada = await signedInPerson(gateway);
    const change = await askEmailChange(gateway, ada, newEmail('thief'));
    const { data } = await reset(await askReset(gateway, ada.email));
    const token = data?.resetPassword.accessToken;
    expectCode(await gateway.gql(CONFIRM_EMAIL_CHANGE, { input: change }, { token }), 'CHALLENGE_EXPIRED');
  });

  test('of ten at once one succeeds', async () => {
    const { email } = await registeredPerson(gateway);
    const input = await askReset(gateway, email);
    const answers = await Promise.all(Array.from({ length: 4 }, () => reset(input)));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
  });

  test('a sign-in by the old password that runs at the same time leaves no session behind', async () => {
    const ada = await registeredPerson(gateway);
    const input = await askReset(gateway, ada.email);
    const [{ data }, ...logins] = await Promise.all([
      reset(input),
      ...Array.from({ length: 4 }, () =>
        gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } }),
      ),
    ]);
    const live = await gateway.database.sql<{ id: string }>(
      'select id from sessions where user_id = $1 and ended_at is null',
      [ada.id],
    );
    expect(live.map(({ id }) => id)).toEqual([data?.resetPassword.session.id]);
    for (const login of logins) {
      const token = login.data?.login?.accessToken;
      if (token) expectCode(await gateway.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    }
  });
});

describe('is refused', () => {
  test('with a wrong code, five times and no more', async () => {
    const ada = await registeredPerson(gateway);
    const { challengeToken, code } = await askReset(gateway, ada.email);
    const wrong = code === '0000000' ? '0000001' : '0000000';
    for (let index = 0; index < 5; index += 1) expectCode(await reset({ challengeToken, code: wrong }), 'INVALID_CODE');
    expectCode(await reset({ challengeToken, code }), 'TOO_MANY_ATTEMPTS');
    await signIn(gateway, ada);
    expect(await happened(gateway, ada.id)).toContain('resetPassword INVALID_CODE');
  });

  test('for a weak password, and the code stays good', async () => {
    const ada = await registeredPerson(gateway, { displayName: 'Ada Lovelace' });
    const input = await askReset(gateway, ada.email);
    for (let index = 0; index < 6; index += 1) {
      const refused = await reset({ ...input, newPassword: `${ada.username}-7` });
      expectCode(refused, 'WEAK_PASSWORD');
      expect(refused.errors[0]?.extensions).toMatchObject({ reason: 'PERSONAL', suggestions: [expect.any(String)] });
    }
    expect((await reset(input)).errors).toEqual([]);
  });

  test('without the right code says nothing of the person, not even through the policy', async () => {
    const ada = await registeredPerson(gateway);
    const { challengeToken } = await askReset(gateway, ada.email);
    expectCode(await reset({ challengeToken, code: '0000000', newPassword: `${ada.username}-7` }), 'INVALID_CODE');
  });

  test('when the address has no owner, or a suspended one, like a wrong code', async () => {
    const ada = await registeredPerson(gateway);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [ada.id]);
    for (const email of [ada.email, newEmail('nobody')]) {
      const { requestPasswordReset } = await gateway.ask(REQUEST_PASSWORD_RESET, { input: { email } });
      const { challengeToken } = requestPasswordReset;
      expectCode(await reset({ challengeToken, code: '1234567' }), 'INVALID_CODE');
    }
  });

  test('when the owner was suspended after the code was sent', async () => {
    const ada = await registeredPerson(gateway);
    const input = await askReset(gateway, ada.email);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [ada.id]);
    expectCode(await reset(input), 'ACCOUNT_SUSPENDED');
    await gateway.database.sql('update users set suspended_at = null where id = $1', [ada.id]);
    await signIn(gateway, ada);
  });

  test('after the code has expired', async () => {
    const { email } = await registeredPerson(gateway);
    const input = await askReset(gateway, email);
    gateway.clock.advance(gateway.config.otpLifetime + 1000);
    expectCode(await reset(input), 'CHALLENGE_EXPIRED');
  });

  test('with a challenge for something else, and its code is not valid for another challenge', async () => {
    const [ada, eve] = [await registeredPerson(gateway), await registeredPerson(gateway)];
    const hers = await askReset(gateway, ada.email);
    const foreign = await askReset(gateway, eve.email);
    if (hers.code !== foreign.code) expectCode(await reset({ ...hers, code: foreign.code }), 'INVALID_CODE');
    const { register } = await gateway.ask(REGISTER, { input: { email: newEmail(), password: STRONG_PASSWORD } });
    expectCode(await reset({ challengeToken: register.challengeToken, code: '1234567' }), 'CHALLENGE_EXPIRED');
  });

  test.each([[{ $ne: '' }], [['1234567']], [null], [true]])('for a code that is no text: %j', async (code) => {
    const { errors, status } = await reset({ challengeToken: 'x', code });
    expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });
});

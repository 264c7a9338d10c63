import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, REFRESH, signedInPerson, signIn } from '../support/people.js';
import { askReset, CHANGE_PASSWORD, happened, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const change = (token: string | undefined, input: object) =>
  gateway.gql(CHANGE_PASSWORD, { input: { newPassword: NEW_PASSWORD, ...input } }, { token });

test('this session goes on, the others are dead on every process, and the new password counts', async () => {
  const ada = await signedInPerson(gateway);
  const other = await signIn(gateway, ada);
  const replica = await gateway.replica();
  expect((await replica.gql(ME, {}, { token: other.accessToken })).errors).toEqual([]);

  const { data, errors } = await change(ada.accessToken, { currentPassword: ada.password });
  expect(errors).toEqual([]);
  expect(data?.changePassword).toEqual({ id: ada.id, email: ada.email });

  expectCode(await replica.gql(ME, {}, { token: other.accessToken }), 'TOKEN_REVOKED');
  expectCode(await replica.gql(REFRESH, { input: { refreshToken: other.refreshToken } }), 'REFRESH_TOKEN_INVALID');
  expect((await replica.gql(ME, {}, { token: ada.accessToken })).errors).toEqual([]);
  expect((await gateway.gql(REFRESH, { input: { refreshToken: ada.refreshToken } })).errors).toEqual([]);
  expectCode(
    await gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } }),
    'INVALID_CREDENTIALS',
  );
  await signIn(gateway, { email: ada.email, password: NEW_PASSWORD });
});

test('the owner gets a mail with what to do if it was not them, and the audit log has the event', async () => {
  const ada = await signedInPerson(gateway, { locale: 'de' });
  await change(ada.accessToken, { currentPassword: ada.password });
  const mail = await gateway.mailbox.lastTo(ada.email, 'password-changed');
  expect(mail.text).toContain('Das waren nicht Sie?');
  expect((await happened(gateway, ada.id)).at(-1)).toBe('changePassword');
});

test('a reset code that was already on its way dies', async () => {
  const ada = await signedInPerson(gateway);
  const reset = await askReset(gateway, ada.email);
  await change(ada.accessToken, { currentPassword: ada.password });
  expectCode(
    await gateway.gql(RESET_PASSWORD, { input: { ...reset, newPassword: 'somebody else chose this one' } }),
    'CHALLENGE_EXPIRED',
  );
});

describe('is refused', () => {
  test('to the anonymous', async () => {
    expectCode(await change(undefined, { currentPassword: 'x' }), 'UNAUTHENTICATED');
  });

  test('without the current password: a stolen session is not enough', async () => {
    const ada = await signedInPerson(gateway);
    const refused = await change(ada.accessToken, { currentPassword: 'not it at all' });
    expectCode(refused, 'INVALID_CREDENTIALS');
    expect(refused.errors[0]?.extensions).toMatchObject({ field: 'input.currentPassword' });
    await signIn(gateway, ada);
    expect(await happened(gateway, ada.id)).toContain('changePassword INVALID_CREDENTIALS');
  });

  test('for a weak password, with suggestions', async () => {
    const ada = await signedInPerson(gateway);
    const refused = await change(ada.accessToken, { currentPassword: ada.password, newPassword: 'password1' });
    expectCode(refused, 'WEAK_PASSWORD');
    expect(refused.errors[0]?.extensions.suggestions).toEqual(expect.arrayContaining([expect.any(String)]));
  });

  test('of two at once, to the second: the password it was compared with is no longer theirs', async () => {
    const ada = await signedInPerson(gateway);
    const answers = await Promise.all([
      change(ada.accessToken, { currentPassword: ada.password }),
      change(ada.accessToken, { currentPassword: ada.password, newPassword: 'three foxes under the hawthorn' }),
    ]);
    const codes = answers.map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
    expect(codes.sort()).toEqual(['INVALID_CREDENTIALS', 'OK']);
  });

  test('after some wrong guesses for a while, whichever operation they were made at', async () => {
    // The first wait is longer than a slow machine needs for the guesses.
    const settings = { LIMITS_FACTOR: '1', LIMIT_REAUTHENTICATE_ACCOUNT: '5/1m/10m/12h', REDIS_URL: '' };
    const strict = await startGateway(settings);
    const ada = await signedInPerson(strict);
    const codes = [];
    for (let index = 0; index < 8; index += 1) {
      const { errors } = await strict.gql(
        CHANGE_PASSWORD,
        { input: { currentPassword: `guess ${index}`, newPassword: NEW_PASSWORD } },
        { token: ada.accessToken },
      );
      codes.push(errors[0]?.extensions.code);
    }
    expect(codes.slice(0, 5)).toEqual(Array(5).fill('INVALID_CREDENTIALS'));
    expect(codes.slice(5)).toEqual(Array(3).fill('RATE_LIMITED'));
    const DELETE = 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { userId } }';
    const elsewhere = await strict.gql(DELETE, { input: { password: ada.password } }, { token: ada.accessToken });
    expectCode(elsewhere, 'RATE_LIMITED');
    expect(elsewhere.errors[0]?.extensions.retryAfter).toBeGreaterThan(0);
    // Their sign-in is not delayed by it.
    await signIn(strict, ada);
  });
});

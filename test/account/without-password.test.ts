import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGIN, ME, registeredPerson, signIn, VERIFY_OTP } from '../support/people.js';
import {
  askReset,
  askSignInCode,
  CHANGE_PASSWORD,
  CONFIRM_EMAIL_CHANGE,
  happened,
  NEW_PASSWORD,
  personByCode,
  REQUEST_EMAIL_CHANGE,
  RESET_PASSWORD,
} from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const hasPassword = async (token: string) =>
  (await gateway.ask('{ me { hasPassword } }', {}, { token })).me.hasPassword;
const secondSession = async (email: string): Promise<string> => {
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: await askSignInCode(gateway, email) });
  return verifyOtp.accessToken;
};

describe('a user without a password', () => {
  test('sets a first one: it signs in, other sessions end, and a mail reports it', async () => {
    const { id, email, accessToken: token } = await personByCode(gateway);
    const other = await secondSession(email);
    expect(await hasPassword(token)).toBe(false);
    await gateway.ask(CHANGE_PASSWORD, { input: { newPassword: NEW_PASSWORD } }, { token });
    expect(await hasPassword(token)).toBe(true);
    expectCode(await gateway.gql(ME, {}, { token: other }), 'TOKEN_REVOKED');
    await signIn(gateway, { email, password: NEW_PASSWORD });
    expect((await gateway.mailbox.lastTo(email, 'password-set')).text).toContain('was set');
    expect(await happened(gateway, id)).toContain('changePassword');
  });

  test('is held to the same policy as everyone', async () => {
    const { accessToken: token } = await personByCode(gateway);
    expectCode(await gateway.gql(CHANGE_PASSWORD, { input: { newPassword: 'password1' } }, { token }), 'WEAK_PASSWORD');
    expect(await hasPassword(token)).toBe(false);
  });

  test('who sets one in two sessions at once has one password, and the one session that set it last', async () => {
    const { email, accessToken } = await personByCode(gateway);
    const tokens = [accessToken, await secondSession(email)];
    const set = (token: string, index: number) =>
      gateway.gql(CHANGE_PASSWORD, { input: { newPassword: `${NEW_PASSWORD} ${index}` } }, { token });
    const answers = await Promise.all(tokens.map(set));
    const [winner] = answers.flatMap(({ errors }, index) => (errors.length === 0 ? [index] : []));
    expect(answers.filter(({ errors }) => errors.length > 0).map(({ errors }) => errors[0]!.extensions.code)).toEqual([
      'TOKEN_REVOKED',
    ]);
    await signIn(gateway, { email, password: `${NEW_PASSWORD} ${winner}` });
  });

  test('gets a first one by a reset, and a mail that reports it', async () => {
    const { email, accessToken } = await personByCode(gateway);
    const input = { ...(await askReset(gateway, email)), newPassword: NEW_PASSWORD };
    expect((await gateway.ask(RESET_PASSWORD, { input })).resetPassword.__typename).toBe('SignedIn');
    expectCode(await gateway.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
    await signIn(gateway, { email, password: NEW_PASSWORD });
    await gateway.mailbox.lastTo(email, 'password-set');
  });

  test('changes the address, and signs in by codes to the new one alone', async () => {
    const { id, email, accessToken: token } = await personByCode(gateway);
    const next = `next-${email}`;
    const early = await askSignInCode(gateway, email);
    const { requestEmailChange } = await gateway.ask(REQUEST_EMAIL_CHANGE, { input: { newEmail: next } }, { token });
    const code = await gateway.mailbox.codeFor(next, 'change-email');
    const input = { challengeToken: requestEmailChange.challengeToken, code };
    await gateway.ask(CONFIRM_EMAIL_CHANGE, { input }, { token });
    expectCode(await gateway.gql(VERIFY_OTP, { input: early }), 'CHALLENGE_EXPIRED');
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: await askSignInCode(gateway, next) });
    expect(verifyOtp.user.id).toBe(id);
  });

  test('signs in by no password: not the empty one, and not a dummy’s', async () => {
    const { email } = await personByCode(gateway);
    for (const password of ['', 'password', NEW_PASSWORD])
      expectCode(await gateway.gql(LOGIN, { input: { identifier: email, password } }), 'INVALID_CREDENTIALS');
  });
});

test('hasPassword is for the user and for administrators, and one statement answers for a whole list', async () => {
  const [chief, ada, bob] = [await admin(gateway), await registeredPerson(gateway), await personByCode(gateway)];
  const of = (id: string, token: string) => gateway.gql(`{ user(id: "${id}") { hasPassword } }`, {}, { token });
  expect((await of(ada.id, chief.accessToken)).data!.user).toEqual({ hasPassword: true });
  expect((await of(bob.id, chief.accessToken)).data!.user).toEqual({ hasPassword: false });
  expectCode(await of(ada.id, bob.accessToken), 'FORBIDDEN');
  const list = await gateway.ask('{ users(first: 50) { nodes { id hasPassword } } }', {}, { token: chief.accessToken });
  const told = new Map(list.users.nodes.map((user: any) => [user.id, user.hasPassword]));
  expect([told.get(ada.id), told.get(bob.id)]).toEqual([true, false]);
});

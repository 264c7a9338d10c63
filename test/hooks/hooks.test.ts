import { describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import {
  gateway,
  hook,
  hooked,
  login,
  refresh,
  refuse,
  register,
  sessionsOf,
  types,
} from '../support/hooked-gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { WEBHOOK_SECRET } from '../support/signed-receiver.js';

hooked();

describe('before.register', () => {
  test('is asked the same about a known and an unknown address, and never gets the password', async () => {
    const { email } = await registeredPerson(gateway);
    const unknown = newEmail();
    for (const one of [email, unknown]) expect((await register(one)).errors).toEqual([]);
    const [known, other] = hook.asked.map(({ data }) => ({ ...data, requestId: null }));
    expect(known).toEqual({ ...other, email });
    expect(types()).toEqual(['before.register', 'before.register']);
    expect(JSON.stringify(hook.asked)).not.toContain(STRONG_PASSWORD);
  });

  test('refuses, with its sentence, in every language, and nothing is written or sent', async () => {
    refuse('before.register', ' Registration is by invitation. ');
    const email = newEmail();
    for (const language of ['en', 'de']) {
      const variables = { input: { email, password: STRONG_PASSWORD } };
      const answer = await gateway.gql(REGISTER, variables, { headers: { 'accept-language': language } });
      expectCode(answer, 'HOOK_REFUSED');
      expect(answer.errors[0]!.extensions.explanation).toBe('Registration is by invitation.');
    }
    expect(await gateway.database.sql('select 1 from pending_registrations where email = $1', [email])).toEqual([]);
  });

  test.each([
    ['too long', 'x'.repeat(201)],
    ['with a line break', 'one\ntwo'],
    ['that turns the direction of the text', 'safe \u202e evil'],
    ['that is no text', { html: '<b>' }],
  ])('a sentence %s is left out', async (_, message) => {
    hook.answer(() => ({ allow: false, message }));
    const answer = await register(newEmail());
    expectCode(answer, 'HOOK_REFUSED');
    expect(answer.errors[0]!.extensions).not.toHaveProperty('explanation');
  });

  test('is asked of newcomers who come by a sign-in code, and not of people who have an account', async () => {
    const REQUEST = 'mutation ($email: String!) { requestSignInCode(input: { email: $email }) { challengeToken } }';
    const byCode = async (email: string) => {
      const { requestSignInCode } = await gateway.ask(REQUEST, { email });
      const code = await gateway.mailbox.codeFor(email, 'sign-in-by-code');
      return gateway.gql(VERIFY_OTP, { input: { challengeToken: requestSignInCode.challengeToken, code } });
    };
    refuse('before.register');
    const { email } = await registeredPerson(gateway);
    expect((await byCode(email)).data!.verifyOtp.__typename).toBe('SignedIn');
    expect(types()).toEqual(['before.sign-in', 'before.token']);
    const newcomer = newEmail();
    expectCode(await byCode(newcomer), 'HOOK_REFUSED');
    expect(await gateway.database.sql('select 1 from users where email = $1', [newcomer])).toEqual([]);
  });
});

describe('before.sign-in', () => {
  test('is asked when the right password was given, with who it is, and a session begins', async () => {
    const { id, email, username } = await registeredPerson(gateway);
    expect((await login(email)).data!.login.__typename).toBe('SignedIn');
    expect(types()).toEqual(['before.sign-in', 'before.token']);
    const common = { operation: 'login', amr: ['pwd'], ipAddress: '127.0.0.1', userAgent: 'node' };
    const user = { id, email, username, emailVerified: true, roles: ['user'] };
    // Nothing else: neither the hash nor a token leaves the server.
    const told = { user, ...common, requestId: expect.any(String) };
    expect(hook.asked.map(({ data }) => data)).toEqual([told, { ...told, sessionId: null }]);
    expectCode(
      await gateway.gql(LOGIN, { input: { identifier: email, password: 'nine quiet harbours under snow' } }),
      'INVALID_CREDENTIALS',
    );
    expect(hook.asked).toHaveLength(2);
  });

  test('refuses, and no session begins; allowed later, the second sign-in is as ever', async () => {
    refuse('before.sign-in', 'The office is closed.');
    const { email } = await registeredPerson(gateway);
    const answer = await login(email);
    expectCode(answer, 'HOOK_REFUSED');
    expect(answer.errors[0]!.extensions.explanation).toBe('The office is closed.');
    expect(await sessionsOf(email)).toBe(0);
    hook.answer(() => 204);
    expect((await login(email)).data!.login.__typename).toBe('SignedIn');
    expect(await sessionsOf(email)).toBe(1);
  });

  test('refuses after a code too: neither account nor session begins, and the code stays valid', async () => {
    const email = newEmail();
    const { data } = await register(email);
    const code = await gateway.mailbox.codeFor(email, 'verify-email');
    const answering = { input: { challengeToken: data!.register.challengeToken, code } };
    refuse('before.sign-in');
    expectCode(await gateway.gql(VERIFY_OTP, answering), 'HOOK_REFUSED');
    expect(await gateway.database.sql('select 1 from users where email = $1', [email])).toEqual([]);
    expect(hook.asked.at(-1)!.data.user).toMatchObject({ id: null, email });
    hook.answer(() => ({ allow: true }));
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, answering);
    expect(verifyOtp).toMatchObject({ __typename: 'SignedIn', user: { email } });
  });
});

test('a person who moves here signs in by the same door, and has registered nothing', async () => {
  const moving = await gateway.replica({ LEGACY_LOGIN_URL: hook.url, LEGACY_LOGIN_SECRET: WEBHOOK_SECRET });
  const email = newEmail();
  const user = { email, emailVerified: true };
  hook.answer(({ type }) => (type === 'login' ? { user } : { allow: type === 'before.token' }));
  expectCode(await login(email, moving), 'HOOK_REFUSED');
  expect(await gateway.database.sql('select 1 from users where email = $1', [email])).toEqual([]);
  expect(types()).toEqual(['login', 'before.sign-in']);
  hook.answer(({ type }) => (type === 'login' ? { user } : { allow: true }));
  expect((await login(email, moving)).data!.login.user.email).toBe(email);
  expect(types().slice(2)).toEqual(['login', 'before.sign-in', 'before.token']);
});

test('without the settings nothing is asked', async () => {
  const without = await gateway.replica({ HOOKS_URL: '', HOOKS_SECRET: '', HOOKS: '' });
  const { email } = await registeredPerson(without);
  const { login: signedIn } = (await login(email, without)).data!;
  await refresh(signedIn.refreshToken, without);
  await register(newEmail(), without);
  expect(hook.asked).toEqual([]);
});

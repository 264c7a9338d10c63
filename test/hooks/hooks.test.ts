import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
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
  STRONG_PASSWORD,
  VERIFY_OTP,
} from '../support/people.js';
import { type Answering, type SignedReceiver, startReceiver, WEBHOOK_SECRET } from '../support/signed-receiver.js';

const PLAN = 'https://app.example.com/plan';

let gateway: TestGateway;
let without: TestGateway;
let hook: SignedReceiver;
beforeAll(async () => {
  hook = await startReceiver();
  gateway = await startGateway({
    HOOKS_URL: hook.url,
    HOOKS_SECRET: WEBHOOK_SECRET,
    HOOKS: 'before.register,before.sign-in,before.token',
  });
  without = await gateway.replica({ HOOKS_URL: '', HOOKS_SECRET: '', HOOKS: '' });
});
beforeEach(() => {
  hook.asked.splice(0);
  hook.answer(() => ({ allow: true }));
});

/** Refuses what is of this type, and allows the rest. */
const refuse = (type: string, message?: string) =>
  hook.answer((question) => (question.type === type ? { allow: false, message } : { allow: true }));
const register = (email: string, at = gateway) => at.gql(REGISTER, { input: { email, password: STRONG_PASSWORD } });
const login = (email: string, at = gateway) =>
  at.gql(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
const refresh = (refreshToken: string, at = gateway) => at.gql(REFRESH, { input: { refreshToken } });
const types = () => hook.asked.map(({ type }) => type);
const sessionsOf = async (email: string) =>
  (await gateway.database.sql('select 1 from sessions s join users u on u.id = s.user_id where u.email = $1', [email]))
    .length;

describe('before.register', () => {
  test('is asked the same of a known address and of an unknown one, and never told the password', async () => {
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
    expect(hook.asked[0]!.data).toMatchObject({
      user: { id, email, username, emailVerified: true, roles: ['user'] },
      operation: 'login',
      amr: ['pwd'],
      ipAddress: expect.any(String),
    });
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

describe('before.token', () => {
  const adding = (claims: unknown) =>
    hook.answer(({ type }) => (type === 'before.token' ? { allow: true, claims } : { allow: true }));

  test('adds claims to the token of a sign-in and of each refresh', async () => {
    adding({ [PLAN]: { name: 'pro', seats: 3 } });
    const { email } = await registeredPerson(gateway);
    const { login: first } = (await login(email)).data!;
    expect(decodeJwt(first.accessToken)).toMatchObject({ [PLAN]: { name: 'pro', seats: 3 }, email_verified: true });
    adding({ [PLAN]: 'free' });
    const { refresh: second } = (await refresh(first.refreshToken)).data!;
    expect(decodeJwt(second.accessToken)[PLAN]).toBe('free');
    expect(hook.asked.at(-1)!.data).toMatchObject({ operation: 'refresh', sessionId: first.session.id, amr: ['pwd'] });
    expect((await gateway.gql(ME, {}, { token: second.accessToken })).data!.me.email).toBe(email);
  });

  test.each([
    ['sub', { sub: '019c2f60-8a3e-7c41-b3f2-6d1f0a9e5b77' }],
    ['roles', { roles: ['admin'] }],
    ['scope', { scope: 'users:write' }],
    ['act', { act: { sub: 'x' } }],
    ['a word', { plan: 'pro' }],
    ["Hasura's", { 'https://hasura.io/jwt/claims': { 'x-hasura-default-role': 'admin' } }],
    ['an http address', { 'http://example.com/plan': 'pro' }],
    ['more than 2,000 characters', { [PLAN]: 'x'.repeat(2000) }],
    ['a list', ['pro']],
  ])('lies in vain: no token is issued with %s', async (_, claims) => {
    adding(claims);
    const { email } = await registeredPerson(gateway);
    expectCode(await login(email), 'SERVICE_UNAVAILABLE');
    expect(await sessionsOf(email)).toBe(0);
  });

  test('refuses a refresh again and again, and the session lives on', async () => {
    const { refreshToken } = await signedInPerson(gateway);
    refuse('before.token');
    for (let turn = 0; turn < 12; turn += 1) expectCode(await refresh(refreshToken), 'HOOK_REFUSED');
    hook.answer(() => ({ allow: true }));
    gateway.clock.advance(60_000);
    expect((await refresh(refreshToken)).errors).toEqual([]);
  });

  test('is asked about no token that is unknown', async () => {
    expectCode(await refresh('rt_nonsense'), 'REFRESH_TOKEN_INVALID');
    expect(hook.asked).toEqual([]);
  });
});

describe('without an answer', () => {
  const FAILING: [string, Answering][] = [
    ['answers 500', () => 500],
    ['answers 403', () => 403],
    ['answers 200 with nothing', () => 200],
    ['answers with the page of a proxy', (_, response) => response.writeHead(200).end('<html>')],
    ['answers "yes"', () => ({ allow: 'yes' })],
    ['answers yes with more', () => ({ allow: true, also: 1 })],
    ['sends elsewhere', (_, response) => response.writeHead(302, { location: hook.url }).end()],
    ['sends a megabyte', () => ({ allow: true, message: 'x'.repeat(1_000_000) })],
  ];

  test.each(FAILING)('a hook that %s lets nobody in, or by HOOKS_ON_FAILURE=allow everyone', async (_, answering) => {
    const [closed, open] = await Promise.all([gateway.replica(), gateway.replica({ HOOKS_ON_FAILURE: 'allow' })]);
    const { email } = await registeredPerson(gateway);
    hook.answer(answering);
    expectCode(await login(email, closed), 'SERVICE_UNAVAILABLE');
    expectCode(await register(newEmail(), closed), 'SERVICE_UNAVAILABLE');
    expect((await login(email, open)).data!.login.__typename).toBe('SignedIn');
    expect((await register(newEmail(), open)).errors).toEqual([]);
    await Promise.all([closed.close(), open.close()]);
  });

  test('a hanging one costs two seconds once; when it answers again, so does the server', async () => {
    const replica = await gateway.replica();
    const { email } = await registeredPerson(gateway);
    hook.answer(() => undefined);
    const begun = performance.now();
    expectCode(await login(email, replica), 'SERVICE_UNAVAILABLE');
    expect(performance.now() - begun).toBeGreaterThan(1900);
    for (const _ of [1, 2, 3]) expectCode(await login(email, replica), 'SERVICE_UNAVAILABLE');
    expect(hook.asked).toHaveLength(1);
    hook.answer(() => ({ allow: true }));
    await sleep(1100);
    expect((await login(email, replica)).data!.login.__typename).toBe('SignedIn');
    const counted = await replica.inner.services.metrics.print();
    expect(counted).toContain('sallyport_signed_calls_total{target="hooks",outcome="failed"} 1');
    expect(counted).toContain('sallyport_signed_calls_total{target="hooks",outcome="skipped"} 3');
  }, 15_000);

  test('a session is not lost: the refresh token that was refused is good when it answers again', async () => {
    const replica = await gateway.replica({ HOOKS_URL: 'http://127.0.0.1:1/' });
    const { refreshToken } = await signedInPerson(gateway);
    for (let turn = 0; turn < 12; turn += 1) expectCode(await refresh(refreshToken, replica), 'SERVICE_UNAVAILABLE');
    gateway.clock.advance(60_000);
    expect((await refresh(refreshToken)).errors).toEqual([]);
  });
});

test('without the settings nothing is asked', async () => {
  const { email } = await registeredPerson(without);
  const { login: signedIn } = (await login(email, without)).data!;
  await refresh(signedIn.refreshToken, without);
  await register(newEmail(), without);
  expect(hook.asked).toEqual([]);
});

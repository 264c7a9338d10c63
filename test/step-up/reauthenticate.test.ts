import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../support/administration.js';
import { enrollApp } from '../support/authenticator-app.js';
import { expectCode } from '../support/client.js';
import { wrongClock } from '../support/clock.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGOUT, ME, REFRESH, signedInPerson, signIn, verifiedPerson } from '../support/people.js';
import { withPasskey } from '../support/passkeys.js';
import { askAgain, REAUTHENTICATE, reauthenticated, tryReauthenticate } from '../support/step-up.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

const seconds = () => Math.floor(gateway.clock.now().getTime() / 1000);
const withoutPassword = (id: string) => gateway.database.sql('delete from passwords where user_id = $1', [id]);
const refreshed = async ({ refreshToken }: { refreshToken: string }) =>
  claimsOf((await gateway.ask(REFRESH, { input: { refreshToken } })).refresh.accessToken);

describe('a user with a password', () => {
  test('answers with it, and the session goes on with a new access token and a new auth_time', async () => {
    const person = await signedInPerson(gateway);
    const { accessToken: token } = person;
    gateway.clock.advance(600_000);
    const asked = await askAgain(gateway, token);
    expect(asked).toMatchObject({
      purpose: 'REAUTHENTICATE',
      methods: ['PASSWORD'],
      sentTo: null,
      codeLength: null,
      resendAfter: null,
    });
    const input = { challengeToken: asked.challengeToken, password: person.password };
    const { reauthenticate } = await gateway.ask(REAUTHENTICATE, { input }, { token });
    expect(reauthenticate).toMatchObject({
      refreshToken: null,
      refreshTokenExpiresAt: reauthenticate.session.expiresAt,
      session: { id: person.sessionId, current: true, authenticationMethods: ['PASSWORD'] },
      user: { id: person.id, email: person.email },
    });
    const [before, after] = [claimsOf(token), claimsOf(reauthenticate.accessToken)];
    expect(after).toMatchObject({ sid: person.sessionId, amr: ['pwd'], acr: 'urn:sallyport:acr:1' });
    expect(after.auth_time).toBeGreaterThanOrEqual(before.auth_time + 600);
    expect(Math.abs(after.auth_time - seconds())).toBeLessThan(60);
    // The old access token is not revoked, and the refresh token goes on.
    expect((await gateway.ask(ME, {}, { token })).me.id).toBe(person.id);
    expect((await refreshed(person)).auth_time).toBe(after.auth_time);
  });

  test('who signed in by a code and answers with the password has used one factor, not two', async () => {
    const person = await verifiedPerson(gateway);
    const token = await reauthenticated(gateway, person.accessToken, { password: person.password });
    expect(claimsOf(token)).toMatchObject({ amr: ['otp', 'pwd'], acr: 'urn:sallyport:acr:1' });
    expect(await refreshed(person)).toMatchObject({ amr: ['otp', 'pwd'], acr: 'urn:sallyport:acr:1' });
  });

  test('has five tries for a challenge, each refused alike', async () => {
    const { accessToken: token, password } = await signedInPerson(gateway);
    const { challengeToken } = await askAgain(gateway, token);
    const guess = (given: string) =>
      gateway.gql(REAUTHENTICATE, { input: { challengeToken, password: given } }, { token });
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      const answer = await guess('not the password');
      expectCode(answer, 'INVALID_CREDENTIALS');
      expect(answer.errors[0]?.extensions.attemptsLeft).toBe(attemptsLeft);
    }
    expectCode(await guess(password), 'TOO_MANY_ATTEMPTS');
  });
});

describe('a user without a password', () => {
  test('answers with a code that is mailed, or mailed again', async () => {
    const person = await signedInPerson(gateway);
    const { accessToken: token, email } = person;
    await withoutPassword(person.id);
    const asked = await askAgain(gateway, token);
    expect(asked).toMatchObject({ methods: ['EMAIL_CODE'], sentTo: expect.stringMatching(/^.•••@/), codeLength: 7 });
    const first = await gateway.mailbox.codeFor(email, 'reauthentication-code');
    gateway.clock.advance(31_000);
    gateway.mailbox.forget();
    const { challengeToken } = asked;
    await gateway.ask('mutation ($t: String!) { resendOtp(input: { challengeToken: $t }) { sentTo } }', {
      t: challengeToken,
    });
    const code = await gateway.mailbox.codeFor(email, 'reauthentication-code');
    const answer = (given: string) =>
      gateway.gql(REAUTHENTICATE, { input: { challengeToken, code: given } }, { token });
    if (first !== code) expectCode(await answer(first), 'INVALID_CODE');
    const { data } = await answer(code);
    expect(claimsOf(data!.reauthenticate.accessToken)).toMatchObject({
      amr: ['pwd', 'otp'],
      acr: 'urn:sallyport:acr:1',
    });
    // A password that nobody has: refused as one that is wrong would be.
    expectCode(await tryReauthenticate(gateway, token, { password: person.password }), 'INVALID_CREDENTIALS');
  });
});

describe('a user with a second factor', () => {
  test('answers with a factor, and never with the password alone', async () => {
    const person = await signedInPerson(gateway);
    const { accessToken: token, password } = person;
    const app = await enrollApp(gateway, token);
    const asked = await askAgain(gateway, token);
    expect(asked).toMatchObject({ methods: ['TOTP', 'RECOVERY_CODE'], sentTo: null });
    const { challengeToken } = asked;
    const answer = (given: object) => gateway.gql(REAUTHENTICATE, { input: { challengeToken, ...given } }, { token });
    // It costs no try: whether the password is right is not looked at.
    for (let times = 0; times < 6; times += 1) expectCode(await answer({ password }), 'INVALID_CREDENTIALS');
    const { data } = await answer({ code: app.code() });
    expect(claimsOf(data!.reauthenticate.accessToken)).toMatchObject({
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'urn:sallyport:acr:2',
    });
    expect(data!.reauthenticate.session.authenticationMethods).toEqual(['PASSWORD', 'TOTP']);
    const byRecovery = await reauthenticated(gateway, token, { code: app.recoveryCodes[0]! });
    expect(claimsOf(byRecovery)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:sallyport:acr:2' });
    expectCode(await tryReauthenticate(gateway, token, { code: app.recoveryCodes[0]! }), 'INVALID_CODE');
  });
});

test('a user with a passkey answers with it, and has authenticated against phishing', async () => {
  const person = await signedInPerson(gateway);
  const { accessToken: token } = person;
  const passkey = await withPasskey(gateway, person);
  const { challengeToken, methods, passkeyOptions } = await askAgain(gateway, token);
  expect(methods).toEqual(['PASSKEY', 'RECOVERY_CODE']);
  const answer = (credential: object) =>
    gateway.gql(REAUTHENTICATE, { input: { challengeToken, credential } }, { token });
  expectCode(await answer(passkey.sign(passkeyOptions!, { spoil: 'signature' })), 'INVALID_PASSKEY');
  const { data } = await answer(passkey.sign(passkeyOptions!));
  expect(claimsOf(data!.reauthenticate.accessToken)).toMatchObject({ amr: ['pwd', 'hwk', 'user', 'mfa'], acr: 'phr' });
  expect(data!.reauthenticate.session.authenticationMethods).toEqual(['PASSWORD', 'PASSKEY']);
});

describe('the challenge', () => {
  test('takes exactly one answer at a time', async () => {
    const { accessToken: token, password } = await signedInPerson(gateway);
    const { challengeToken } = await askAgain(gateway, token);
    for (const given of [{}, { password, code: '1234567' }, { code: '1', credential: {} }, { password: null }]) {
      const answer = await gateway.gql(REAUTHENTICATE, { input: { challengeToken, ...given } }, { token });
      expectCode(answer, 'BAD_USER_INPUT');
    }
    expect(await reauthenticated(gateway, token, { password })).toBeDefined();
  });

  test('is of one session: another of the same user, and another user, cannot answer it, and use up no try', async () => {
    const person = await signedInPerson(gateway);
    const { challengeToken } = await askAgain(gateway, person.accessToken);
    const [second, stranger] = [await signIn(gateway, person), await signedInPerson(gateway)];
    const input = { challengeToken, password: person.password };
    for (const { accessToken: token } of [second, stranger, second, stranger, second, stranger])
      expectCode(await gateway.gql(REAUTHENTICATE, { input }, { token }), 'CHALLENGE_EXPIRED');
    expectCode(await gateway.gql(REAUTHENTICATE, { input }), 'UNAUTHENTICATED');
    const { data } = await gateway.gql(REAUTHENTICATE, { input }, { token: person.accessToken });
    expect(claimsOf(data!.reauthenticate.accessToken).sid).toBe(person.sessionId);
  });

  test('is answered once: of five right answers at the same time, one counts', async () => {
    const { accessToken: token, password } = await signedInPerson(gateway);
    const { challengeToken } = await askAgain(gateway, token);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => gateway.gql(REAUTHENTICATE, { input: { challengeToken, password } }, { token })),
    );
    expect(answers.filter(({ data }) => data?.reauthenticate)).toHaveLength(1);
    for (const answer of answers.filter(({ data }) => !data?.reauthenticate))
      expect(['CHALLENGE_EXPIRED', 'TOO_MANY_ATTEMPTS']).toContain(answer.errors[0]?.extensions.code);
  });

  test('dies when the password or the factors of the user change', async () => {
    const person = await signedInPerson(gateway);
    const { accessToken: token } = person;
    const { challengeToken } = await askAgain(gateway, token);
    await enrollApp(gateway, token);
    const input = { challengeToken, password: person.password };
    expectCode(await gateway.gql(REAUTHENTICATE, { input }, { token }), 'CHALLENGE_EXPIRED');
  });

  test('answers nothing else, and no other challenge answers here', async () => {
    const { accessToken: token, password } = await signedInPerson(gateway);
    const { challengeToken } = await askAgain(gateway, token);
    const verify = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename } }';
    expectCode(await gateway.gql(verify, { input: { challengeToken, code: '1234567' } }), 'CHALLENGE_EXPIRED');
    const resend = 'mutation ($t: String!) { resendOtp(input: { challengeToken: $t }) { sentTo } }';
    gateway.clock.advance(31_000);
    expectCode(await gateway.gql(resend, { t: challengeToken }), 'CHALLENGE_EXPIRED');
    expect(await reauthenticated(gateway, token, { password })).toBeDefined();
  });

  test('is worth nothing once the session has ended', async () => {
    const { accessToken: token, password } = await signedInPerson(gateway);
    const { challengeToken } = await askAgain(gateway, token);
    await gateway.ask(LOGOUT, {}, { token });
    expectCode(await gateway.gql(REAUTHENTICATE, { input: { challengeToken, password } }, { token }), 'TOKEN_REVOKED');
  });
});

test('the audit log names the method', async () => {
  const person = await signedInPerson(gateway);
  await reauthenticated(gateway, person.accessToken, { password: person.password });
  const rows = await gateway.database.sql(
    `select action, outcome, details, session_id from audit_events where subject_id = $1 and action like '%eauthenticat%' order by seq`,
    [person.id],
  );
  const session_id = person.sessionId;
  expect(rows).toEqual([
    { action: 'requestReauthentication', outcome: 'SUCCEEDED', details: null, session_id },
    { action: 'reauthenticate', outcome: 'SUCCEEDED', details: { method: 'PASSWORD' }, session_id },
  ]);
});

test('the time of the authentication is that of PostgreSQL, whatever the clock of the process says', async () => {
  const own = await startGateway();
  const person = await signedInPerson(own);
  const ahead = await own.replica({}, wrongClock(600_000));
  const token = await reauthenticated(ahead, person.accessToken, { password: person.password });
  expect(Math.abs(claimsOf(token).auth_time - Date.now() / 1000)).toBeLessThan(60);
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import {
  afterPassword,
  answerWith,
  CONFIRM_TOTP,
  enroll,
  ENROLL_TOTP,
  FACTORS,
  personWithTotp,
  signInWith,
  STEP,
  totp,
} from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, REFRESH, signedInPerson, signIn } from '../support/people.js';
import { happened } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ MAIL_FROM: '"Acme: Accounts" <no-reply@example.com>' });
});

const begin = async (token: string) => (await gateway.ask(ENROLL_TOTP, {}, { token })).enrollTotp;
const confirm = (input: object, token?: string) => gateway.gql(CONFIRM_TOTP, { input }, { token });

describe('enrolling', () => {
  test('gives a secret of 160 bits, a URI without a colon in its names, and a QR code', async () => {
    const ada = await signedInPerson(gateway);
    const { secret, uri, qrCode, expiresAt } = await begin(ada.accessToken);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const { protocol, host, pathname, searchParams } = new URL(uri);
    expect([protocol, host, decodeURIComponent(pathname)]).toEqual(['otpauth:', 'totp', `/Acme Accounts:${ada.email}`]);
    expect(Object.fromEntries(searchParams)).toEqual({ secret, issuer: 'Acme Accounts' });
    expect(qrCode).toMatch(/^data:image\/svg\+xml;base64,PHN2Zy/);
    const minutes = (Date.parse(expiresAt) - gateway.clock.now().getTime()) / 60_000;
    expect(minutes).toBeGreaterThan(9.9);
    expect(minutes).toBeLessThanOrEqual(10);
  });

  test('changes nothing until a code is confirmed: whoever leaves in between signs in as before', async () => {
    const ada = await signedInPerson(gateway);
    await begin(ada.accessToken);
    expect((await gateway.ask(FACTORS, {}, { token: ada.accessToken })).me).toEqual({
      factors: [],
      recoveryCodesLeft: 0,
    });
    await signIn(gateway, ada);
  });

  test('is complete with the code: factor, ten recovery codes, a mail, an event, and a session that goes on', async () => {
    const ada = await signedInPerson(gateway);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const { data, errors } = await confirm(
      { challengeToken, code: totp(gateway, secret), name: 'Phone' },
      ada.accessToken,
    );
    expect(errors).toEqual([]);
    expect(data?.confirmTotp).toMatchObject({
      factor: { __typename: 'TotpFactor', name: 'Phone', lastUsedAt: null },
      signedIn: null,
    });
    expect(new Set(data?.confirmTotp.recoveryCodes).size).toBe(10);
    const { me } = await gateway.ask(FACTORS, {}, { token: ada.accessToken });
    expect(me).toMatchObject({ factors: [{ id: data?.confirmTotp.factor.id, name: 'Phone' }], recoveryCodesLeft: 10 });
    expect((await gateway.mailbox.lastTo(ada.email, 'factor-added')).text).toContain('Phone');
    expect((await happened(gateway, ada.id)).at(-1)).toBe('confirmTotp');
  });

  test('wants a recent authentication: a stolen older access token enrols nothing', async () => {
    const ada = await signedInPerson(gateway);
    gateway.clock.advance(5 * 60_000 + 1000);
    const refused = await gateway.gql(ENROLL_TOTP, {}, { token: ada.accessToken });
    expectCode(refused, 'REAUTHENTICATION_REQUIRED');
    expect(refused.errors[0]?.extensions.maxAge).toBe(300);
    expectCode(await gateway.gql(ENROLL_TOTP), 'UNAUTHENTICATED');
  });

  test('is completed in the session that began it, and in no other', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const other = await signIn(gateway, ada);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const input = { challengeToken, code: totp(gateway, secret) };
    expectCode(await confirm(input), 'UNAUTHENTICATED');
    expectCode(await confirm(input, eve.accessToken), 'CHALLENGE_EXPIRED');
    expectCode(await confirm(input, other.accessToken), 'CHALLENGE_EXPIRED');
    expect((await confirm(input, ada.accessToken)).errors).toEqual([]);
    expectCode(await confirm(input, ada.accessToken), 'CHALLENGE_EXPIRED');
  });

  test('is over when a factor was enrolled since: what was begun without one is not completed past it', async () => {
    const ada = await signedInPerson(gateway);
    const other = await signIn(gateway, ada);
    const stolen = await begin(ada.accessToken);
    await enroll(gateway, other);
    const code = totp(gateway, stolen.secret);
    expectCode(await confirm({ challengeToken: stolen.challengeToken, code }, ada.accessToken), 'CHALLENGE_EXPIRED');
    expectCode(await gateway.gql(ENROLL_TOTP, {}, { token: ada.accessToken }), 'REAUTHENTICATION_REQUIRED');
  });

  test('expires after ten minutes, and a session that has ended completes none', async () => {
    const ada = await signedInPerson(gateway);
    const [late, ended] = [await begin(ada.accessToken), await begin(ada.accessToken)];
    await gateway.ask('mutation { logout { endedSessions } }', {}, { token: ada.accessToken });
    expectCode(
      await confirm({ challengeToken: ended.challengeToken, code: totp(gateway, ended.secret) }, ada.accessToken),
      'TOKEN_REVOKED',
    );
    gateway.clock.advance(10 * 60_000 + 1);
    const code = totp(gateway, late.secret);
    expectCode(await confirm({ challengeToken: late.challengeToken, code }, ada.accessToken), 'CHALLENGE_EXPIRED');
  });

  test('takes five wrong codes at most; what has not the form of a code costs none', async () => {
    const ada = await signedInPerson(gateway);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const wrong = totp(gateway, secret, 10 * STEP);
    for (const code of ['12345', '1234567', 'abcdef', '']) {
      const { errors } = await confirm({ challengeToken, code }, ada.accessToken);
      expect(errors[0]?.extensions).toMatchObject({ code: 'INVALID_CODE', attemptsLeft: 5 });
    }
    for (let left = 4; left >= 0; left -= 1) {
      const { errors } = await confirm({ challengeToken, code: wrong }, ada.accessToken);
      expect(errors[0]?.extensions).toMatchObject({ code: 'INVALID_CODE', attemptsLeft: left });
    }
    const right = { challengeToken, code: totp(gateway, secret) };
    expectCode(await confirm(right, ada.accessToken), 'TOO_MANY_ATTEMPTS');
  });

  test('stores the factor once, whatever number of confirmations come at once', async () => {
    const ada = await signedInPerson(gateway);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const input = { challengeToken, code: totp(gateway, secret) };
    const answers = await Promise.all(Array.from({ length: 4 }, () => confirm(input, ada.accessToken)));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    expect((await gateway.ask(FACTORS, {}, { token: ada.accessToken })).me.factors).toHaveLength(1);
  });

  test('allows five apps, of which each signs in; the second brings no recovery codes', async () => {
    const ada = await personWithTotp(gateway);
    const second = await enroll(gateway, ada, 'Tablet');
    expect(second.recoveryCodes).toBeNull();
    for (let apps = 3; apps <= 5; apps += 1) await enroll(gateway, ada);
    const { challengeToken, secret } = await begin(ada.accessToken);
    expectCode(await confirm({ challengeToken, code: totp(gateway, secret) }, ada.accessToken), 'BAD_USER_INPUT');
    gateway.clock.advance(STEP);
    for (const { secret: app } of [ada, second])
      expect((await signInWith(gateway, ada, totp(gateway, app))).data?.verifyOtp.__typename).toBe('SignedIn');
  });
});

describe('signing in', () => {
  test('by password leads to SECOND_FACTOR, and the code of the app to a session of two factors', async () => {
    const ada = await personWithTotp(gateway);
    const challenge = await afterPassword(gateway, ada);
    expect(challenge).toMatchObject({
      purpose: 'SECOND_FACTOR',
      methods: ['TOTP', 'RECOVERY_CODE'],
      sentTo: null,
      codeLength: null,
      resendAfter: null,
    });
    const { data } = await answerWith(gateway, challenge.challengeToken, totp(gateway, ada.secret));
    const { accessToken, refreshToken } = data!.verifyOtp;
    expect(claimsOf(accessToken)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:sallyport:acr:2' });
    const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken } });
    expect(claimsOf(refresh.accessToken)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:sallyport:acr:2' });
    const { me } = await gateway.ask(FACTORS, {}, { token: accessToken });
    expect(me.factors[0].lastUsedAt).not.toBeNull();
  });

  test('takes the digits of any script, with spaces', async () => {
    const ada = await personWithTotp(gateway);
    const arabic = totp(gateway, ada.secret).replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)));
    const typed = ` ${arabic.slice(0, 3)} ${arabic.slice(3)}\u200f`;
    expect((await signInWith(gateway, ada, typed)).data?.verifyOtp.__typename).toBe('SignedIn');
  });

  test('takes each step once: neither again, nor the step before it, nor the one that confirmed the app', async () => {
    const ada = await signedInPerson(gateway);
    const { secret } = await enroll(gateway, ada);
    expectCode(await signInWith(gateway, ada, totp(gateway, secret)), 'INVALID_CODE');
    const next = totp(gateway, secret, STEP);
    expect((await signInWith(gateway, ada, next)).errors).toEqual([]);
    expectCode(await signInWith(gateway, ada, next), 'INVALID_CODE');
    expectCode(await signInWith(gateway, ada, totp(gateway, secret)), 'INVALID_CODE');
  });

  test('with one code at five challenges at once, over two processes, starts one session', async () => {
    const ada = await personWithTotp(gateway);
    const replica = await gateway.replica();
    const challenges = await Promise.all(Array.from({ length: 5 }, () => afterPassword(gateway, ada)));
    const code = totp(gateway, ada.secret);
    const answers = await Promise.all(
      challenges.map(({ challengeToken }, index) => answerWith(index % 2 ? replica : gateway, challengeToken, code)),
    );
    expect(answers.filter(({ data }) => data?.verifyOtp?.accessToken)).toHaveLength(1);
    for (const refused of answers.filter(({ errors }) => errors.length > 0)) expectCode(refused, 'INVALID_CODE');
  });

  test('refuses a code that is two minutes off', async () => {
    const ada = await personWithTotp(gateway);
    for (const ms of [-120_000, 120_000])
      expectCode(await signInWith(gateway, ada, totp(gateway, ada.secret, ms)), 'INVALID_CODE');
  });

  test('refuses the code of another user', async () => {
    const [ada, eve] = [await personWithTotp(gateway), await personWithTotp(gateway)];
    expectCode(await signInWith(gateway, ada, totp(gateway, eve.secret)), 'INVALID_CODE');
  });

  test('refuses a secret whose row was copied or given to another user, and says so in the log', async () => {
    const [ada, eve] = [await personWithTotp(gateway), await personWithTotp(gateway)];
    // Eve can write to the database, and wants to use her own app for Ada's account.
    await gateway.database.sql(
      'update totp_factors set secret = (select secret from totp_factors where id = $2) where id = $1',
      [ada.factorId, eve.factorId],
    );
    expectCode(await signInWith(gateway, ada, totp(gateway, eve.secret)), 'INVALID_CODE');
    await gateway.database.sql('delete from totp_factors where id = $1', [ada.factorId]);
    await gateway.database.sql('update totp_factors set user_id = $1 where id = $2', [ada.id, eve.factorId]);
    expectCode(await signInWith(gateway, ada, totp(gateway, eve.secret)), 'INVALID_CODE');
    expect(JSON.stringify(gateway.log.lines)).toContain('was encrypted with another key, or for another user');
  });

  test('keeps no secret readable in the database', async () => {
    const ada = await personWithTotp(gateway);
    const pending = await begin(
      (await signInWith(gateway, ada, totp(gateway, ada.secret))).data?.verifyOtp.accessToken,
    );
    const rows = await gateway.database.sql(
      'select secret from totp_factors union select secret from totp_enrollments',
    );
    const kept = JSON.stringify(rows);
    for (const secret of [ada.secret, pending.secret]) expect(kept).not.toContain(secret);
  });

  test('takes the code alone for nothing: the token of the challenge is no access token', async () => {
    const ada = await personWithTotp(gateway);
    const { challengeToken } = await afterPassword(gateway, ada);
    expectCode(await gateway.gql(ME, {}, { token: challengeToken }), 'TOKEN_INVALID');
    expectCode(
      await gateway.gql(LOGIN, { input: { identifier: ada.email, password: 'wrong' } }),
      'INVALID_CREDENTIALS',
    );
  });
});

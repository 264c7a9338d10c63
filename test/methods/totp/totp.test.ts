import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../../support/administration.js';
import { expectCode } from '../../support/client.js';
import {
  afterPassword,
  answerWith,
  enroll,
  ENROLL_TOTP,
  FACTORS,
  personWithTotp,
  signInWith,
  STEP,
  totp,
} from '../../support/factors.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { LOGIN, ME, REFRESH, signedInPerson } from '../../support/people.js';
import { askAgain, REAUTHENTICATE, tryReauthenticate } from '../../support/step-up.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ MAIL_FROM: '"Acme: Accounts" <no-reply@example.com>' });
});

const begin = async (token: string) => (await gateway.ask(ENROLL_TOTP, {}, { token })).enrollTotp;

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

  test('with a code that a step-up has used is refused, and a step-up with one of a sign-in, also at once', async () => {
    const ada = await personWithTotp(gateway);
    const { accessToken: token } = ada;
    const { challengeToken } = await afterPassword(gateway, ada);
    const input = { challengeToken: (await askAgain(gateway, token)).challengeToken, code: totp(gateway, ada.secret) };
    const answers = await Promise.all([
      gateway.gql(REAUTHENTICATE, { input }, { token }),
      answerWith(gateway, challengeToken, input.code),
    ]);
    expect(answers.filter(({ data }) => data?.verifyOtp ?? data?.reauthenticate)).toHaveLength(1);
    expectCode(await tryReauthenticate(gateway, token, { code: input.code }), 'INVALID_CODE');
    expectCode(await signInWith(gateway, ada, input.code), 'INVALID_CODE');
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

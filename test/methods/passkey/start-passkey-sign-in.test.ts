import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { wrongClock } from '../../support/clock.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import {
  beginPasskeySignIn,
  signInByPasskey,
  START_PASSKEY_SIGN_IN,
  verifyPasskey,
  withPasskey,
} from '../../support/passkeys.js';
import { LOGIN, signedInPerson, VERIFY_OTP } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

test('asks for no identifier, and reveals nothing about any user', async () => {
  await withPasskey(gateway, await signedInPerson(gateway));
  const begun = await beginPasskeySignIn(gateway);
  expect(begun).toEqual({
    challengeToken: expect.stringMatching(/^[\w-]{32}$/),
    purpose: 'SIGN_IN',
    methods: ['PASSKEY'],
    sentTo: null,
    codeLength: null,
    resendAfter: null,
    expiresAt: expect.any(String),
    passkeyOptions: {
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      rpId: 'localhost',
      timeout: 300_000,
      userVerification: 'required',
      allowCredentials: [],
    },
  });
  const other = await beginPasskeySignIn(gateway);
  expect(other.passkeyOptions.challenge).not.toBe(begun.passkeyOptions.challenge);
});

test('returns a challenge that no code answers, and for which none is sent', async () => {
  const { challengeToken } = await beginPasskeySignIn(gateway);
  expectCode(await gateway.gql(VERIFY_OTP, { input: { challengeToken, code: '1234567' } }), 'INVALID_CODE');
  const resend = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { challengeToken } }';
  expectCode(await gateway.gql(resend, { input: { challengeToken } }), 'CHALLENGE_EXPIRED');
});

test('is limited by network address', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '0.01', REDIS_URL: '' });
  for (let count = 0; count < 3; count += 1) await beginPasskeySignIn(strict);
  expectCode(await strict.gql('mutation { startPasskeySignIn { challengeToken } }'), 'RATE_LIMITED');
});

test('and what it begins is refused where SIGN_IN_METHODS has no passkeys; as a second factor they are taken', async () => {
  const ada = await signedInPerson(gateway);
  const authenticator = await withPasskey(gateway, ada);
  const without = await gateway.replica({ SIGN_IN_METHODS: 'password,email-code' });
  expectCode(await without.gql(START_PASSKEY_SIGN_IN), 'FORBIDDEN');
  const begun = await beginPasskeySignIn(gateway);
  expectCode(await verifyPasskey(without, begun, authenticator.sign(begun.passkeyOptions)), 'CHALLENGE_EXPIRED');

  const query = LOGIN.replace('purpose', 'passkeyOptions');
  const { login } = await without.ask(query, { input: { identifier: ada.email, password: ada.password } });
  const { data } = await verifyPasskey(without, login, authenticator.sign(login.passkeyOptions));
  expect(data!.verifyPasskey.user.id).toBe(ada.id);
  expect((await signInByPasskey(gateway, authenticator)).errors).toEqual([]);
});

test.each([3_600_000, -3_600_000])(
  'goes by the clock of PostgreSQL, also on a replica that is wrong by %s ms',
  async (ms) => {
    const authenticator = await withPasskey(gateway, await signedInPerson(gateway));
    const wrong = await gateway.replica({}, wrongClock(ms));
    const begun = await beginPasskeySignIn(wrong);
    const left = Date.parse(begun.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(4 * 60_000);
    expect(left).toBeLessThanOrEqual(5 * 60_000 + 1000);
    expect((await verifyPasskey(wrong, begun, authenticator.sign(begun.passkeyOptions))).errors).toEqual([]);
    const late = await beginPasskeySignIn(wrong);
    await gateway.database.sql(`update challenges set expires_at = now() where passkey_challenge = $1`, [
      Buffer.from(late.passkeyOptions.challenge, 'base64url'),
    ]);
    expectCode(await verifyPasskey(wrong, late, authenticator.sign(late.passkeyOptions)), 'CHALLENGE_EXPIRED');
  },
);

import { beforeAll, expect, test } from '@jest/globals';
import {
  afterPassword,
  answerWith,
  CONFIRM_TOTP,
  ENROLL_TOTP,
  personWhoMustEnroll,
  personWithTotp,
  STEP,
  totp,
} from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { verifyPasskey, withPasskey } from '../support/passkeys.js';
import { askAgain, REAUTHENTICATE, tryReauthenticate } from '../support/step-up.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '', TRUST_PROXY: 'loopback' });
});

const elsewhere = () => {
  const host = Math.floor(Math.random() * 2 ** 16);
  return { 'x-forwarded-for': `198.18.${host >> 8}.${host & 255}` };
};
const codeOf = ({ errors }: { errors: { extensions: { code: string } }[] }) => errors[0]?.extensions.code;

/** What a client that knows the password can do: guess until no guess is compared any more. */
async function guessAtSignIns(person: Awaited<ReturnType<typeof personWithTotp>>): Promise<void> {
  const wrong = totp(gateway, person.secret, 10 * STEP);
  const refusals: (string | undefined)[] = [];
  for (let challenge = 0; challenge < 5; challenge += 1) {
    const { challengeToken } = await afterPassword(gateway, person);
    for (let guess = 0; guess < 5; guess += 1)
      refusals.push(
        codeOf(
          await gateway.gql(
            'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename } }',
            { input: { challengeToken, code: wrong } },
            { headers: elsewhere() },
          ),
        ),
      );
  }
  expect(refusals.at(-1)).toBe('RATE_LIMITED');
}

test('guesses at the codes of an app do not keep out an owner who has a recovery code or a passkey', async () => {
  const ada = await personWithTotp(gateway);
  const authenticator = await withPasskey(gateway, ada);
  await guessAtSignIns(ada);
  const { challengeToken } = await afterPassword(gateway, ada);
  expect(codeOf(await answerWith(gateway, challengeToken, totp(gateway, ada.secret)))).toBe('RATE_LIMITED');
  const byRecoveryCode = await answerWith(gateway, challengeToken, ada.recoveryCodes[0]!);
  expect(byRecoveryCode.data?.verifyOtp.__typename).toBe('SignedIn');
  const { login } = await gateway.ask(
    'mutation ($input: LoginInput!) { login(input: $input) { ... on ChallengeRequired { challengeToken passkeyOptions } } }',
    { input: { identifier: ada.email, password: ada.password } },
  );
  const byPasskey = await verifyPasskey(gateway, login, authenticator.sign(login.passkeyOptions));
  expect(byPasskey.data?.verifyPasskey.__typename).toBe('SignedIn');
});

test('nor do guesses in a stolen session keep its owner from a step-up by a recovery code', async () => {
  const ada = await personWithTotp(gateway);
  const { accessToken: token } = ada;
  const wrong = { code: totp(gateway, ada.secret, 10 * STEP) };
  for (let challenge = 0; challenge < 4; challenge += 1) {
    const { challengeToken } = await askAgain(gateway, token);
    for (let guess = 0; guess < 5; guess += 1)
      await gateway.gql(REAUTHENTICATE, { input: { challengeToken, ...wrong } }, { token, headers: elsewhere() });
  }
  expect(codeOf(await tryReauthenticate(gateway, token, wrong))).toBe('RATE_LIMITED');
  expect((await tryReauthenticate(gateway, token, { code: ada.recoveryCodes[0]! })).errors).toEqual([]);
});

test('a challenge takes five wrong recovery codes all the same', async () => {
  const ada = await personWithTotp(gateway);
  const { challengeToken } = await afterPassword(gateway, ada);
  const wrong = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      answerWith(gateway, challengeToken, `0000-0000-000${String(n).padStart(2, '0')}`),
    ),
  );
  expect(wrong.filter((answer) => codeOf(answer) === 'INVALID_CODE')).toHaveLength(5);
  expect(codeOf(await answerWith(gateway, challengeToken, ada.recoveryCodes[0]!))).toBe('TOO_MANY_ATTEMPTS');
});

test('wrong codes of an app that is being enrolled use up no code of the address', async () => {
  const ada = await personWhoMustEnroll(gateway);
  const { challengeToken: signIn } = await afterPassword(gateway, ada);
  const begin = async () =>
    (await gateway.ask(ENROLL_TOTP, { input: { challengeToken: signIn } }, { headers: elsewhere() })).enrollTotp;
  for (let enrolment = 0; enrolment < 6; enrolment += 1) {
    const { challengeToken, secret } = await begin();
    const input = { challengeToken, code: totp(gateway, secret, 10 * STEP) };
    for (let guess = 0; guess < 5; guess += 1)
      expect(codeOf(await gateway.gql(CONFIRM_TOTP, { input }, { headers: elsewhere() }))).toBe('INVALID_CODE');
  }
  const { challengeToken, secret } = await begin();
  const input = { challengeToken, code: totp(gateway, secret) };
  expect((await gateway.gql(CONFIRM_TOTP, { input }, { headers: elsewhere() })).errors).toEqual([]);
});

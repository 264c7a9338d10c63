import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../src/errors.js';
import { DELETE_USER, SUSPEND_USER } from '../support/administration.js';
import { createdApiKey, exchangeOf } from '../support/api-keys.js';
import { type Answer, expectCode } from '../support/client.js';
import {
  afterPassword,
  answerWith,
  CONFIRM_TOTP,
  ENROLL_TOTP,
  type Enrolled,
  LOGIN_STEP,
  personWithTotp,
  personWhoMustEnroll,
  totp,
} from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { beginPasskeySignIn, verifyPasskey, withPasskey } from '../support/passkeys.js';
import { admin, ME, newEmail, REFRESH, VERIFY_OTP } from '../support/people.js';
import {
  askEmailChange,
  askReset,
  askSignInCode,
  CONFIRM_EMAIL_CHANGE,
  NEW_PASSWORD,
  RESET_PASSWORD,
} from '../support/recovery.js';
import { postForm } from '../support/resource-server.js';
import { askAgain, REAUTHENTICATE } from '../support/step-up.js';

// Everything that can be begun before an account is suspended or deleted, and is to be completed after it.

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

type Attempt = () => Promise<Answer<any>>;
type Codes = [suspended: ErrorCode, deleted: ErrorCode];
const EXPIRED: Codes = ['CHALLENGE_EXPIRED', 'CHALLENGE_EXPIRED'];
const REVOKED: Codes = ['TOKEN_REVOKED', 'TOKEN_REVOKED'];

/** What the user, or who has what is the user's, prepares; what they try then; and how it is refused. */
const WAYS: [string, Codes, (ada: Enrolled) => Promise<Attempt>][] = [
  [
    'the password',
    ['ACCOUNT_SUSPENDED', 'INVALID_CREDENTIALS'],
    async ({ email: identifier, password }) =>
      () =>
        gateway.gql(LOGIN_STEP, { input: { identifier, password } }),
  ],
  [
    'the code of the app, after the password',
    EXPIRED,
    async (ada) => {
      const { challengeToken } = await afterPassword(gateway, ada);
      return () => answerWith(gateway, challengeToken, totp(gateway, ada.secret));
    },
  ],
  [
    'a recovery code, after the password',
    EXPIRED,
    async (ada) => {
      const { challengeToken } = await afterPassword(gateway, ada);
      return () => answerWith(gateway, challengeToken, ada.recoveryCodes[0]!);
    },
  ],
  [
    'a sign-in code',
    EXPIRED,
    async ({ email }) => {
      const input = await askSignInCode(gateway, email);
      return () => gateway.gql(VERIFY_OTP, { input });
    },
  ],
  [
    'a reset',
    EXPIRED,
    async ({ email }) => {
      const input = { ...(await askReset(gateway, email)), newPassword: NEW_PASSWORD };
      return () => gateway.gql(RESET_PASSWORD, { input });
    },
  ],
  [
    'a passkey',
    ['ACCOUNT_SUSPENDED', 'INVALID_PASSKEY'],
    async (ada) => {
      const passkey = await withPasskey(gateway, ada);
      const begun = await beginPasskeySignIn(gateway);
      const credential = passkey.sign(begun.passkeyOptions);
      return () => verifyPasskey(gateway, begun, credential);
    },
  ],
  [
    'the refresh token',
    ['REFRESH_TOKEN_INVALID', 'REFRESH_TOKEN_INVALID'],
    async ({ refreshToken }) =>
      () =>
        gateway.gql(REFRESH, { input: { refreshToken } }),
  ],
  [
    'a step-up',
    REVOKED,
    async ({ accessToken: token, secret }) => {
      const { challengeToken } = await askAgain(gateway, token);
      return () => gateway.gql(REAUTHENTICATE, { input: { challengeToken, code: totp(gateway, secret) } }, { token });
    },
  ],
  [
    'another app, in the session',
    EXPIRED,
    async ({ accessToken: token }) => {
      const { enrollTotp: begun } = await gateway.ask(ENROLL_TOTP, {}, { token });
      const input = { challengeToken: begun.challengeToken, code: totp(gateway, begun.secret) };
      return () => gateway.gql(CONFIRM_TOTP, { input }, { token });
    },
  ],
  [
    'another address',
    REVOKED,
    async (ada) => {
      const input = await askEmailChange(gateway, ada, newEmail('next'));
      return () => gateway.gql(CONFIRM_EMAIL_CHANGE, { input }, { token: ada.accessToken });
    },
  ],
  [
    'an API key',
    ['API_KEY_REVOKED', 'API_KEY_REVOKED'],
    async ({ accessToken }) => {
      const { secret } = await createdApiKey(gateway, accessToken);
      return () => gateway.gql(ME, {}, { token: secret });
    },
  ],
  [
    'the token that was given for an API key',
    REVOKED,
    async ({ accessToken }) => {
      const { secret } = await createdApiKey(gateway, accessToken);
      const answer = await postForm(gateway, '/oauth/token', exchangeOf(secret));
      const { access_token: token } = (await answer.json()) as { access_token: string };
      expect((await gateway.ask(ME, {}, { token })).me).not.toBeNull();
      return () => gateway.gql(ME, {}, { token });
    },
  ],
];

const CLOSED = [
  ['suspended', SUSPEND_USER],
  ['deleted', DELETE_USER],
] as const;

describe.each(CLOSED)('to an account that is %s meanwhile', (closed, operation) => {
  const close = async (userId: string) => {
    const { accessToken: token } = await admin(gateway);
    await gateway.ask(operation, { input: { userId } }, { token });
  };
  const liveOf = (userId: string) =>
    gateway.database.sql('select id from sessions where user_id = $1 and ended_at is null', [userId]);

  test.each(WAYS)('%s gives no way in', async (_, codes, prepare) => {
    const ada = await personWithTotp(gateway);
    const attempt = await prepare(ada);
    await close(ada.id);
    expectCode(await attempt(), codes[closed === 'suspended' ? 0 : 1]);
    expect(await liveOf(ada.id)).toEqual([]);
  });

  test('the enrolment that a sign-in demands gives no way in', async () => {
    const ada = await personWhoMustEnroll(gateway);
    const { challengeToken } = await afterPassword(gateway, ada);
    const { enrollTotp: begun } = await gateway.ask(ENROLL_TOTP, { input: { challengeToken } });
    await close(ada.id);
    expectCode(await gateway.gql(ENROLL_TOTP, { input: { challengeToken } }), 'CHALLENGE_EXPIRED');
    const input = { challengeToken: begun.challengeToken, code: totp(gateway, begun.secret) };
    expectCode(await gateway.gql(CONFIRM_TOTP, { input }), 'CHALLENGE_EXPIRED');
    expect(await liveOf(ada.id)).toEqual([]);
  });
});

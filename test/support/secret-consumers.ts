import { createHash } from 'node:crypto';
import { CONFIRM_TOTP, ENROLL_TOTP } from './factors.js';
import type { TestGateway } from './gateway.js';
import { byGraphQL, type Offer, type Outcome, type Taking } from './secret-outcomes.js';
import { PROVIDER_TAKING } from './secret-providers.js';
import { PASSKEY_TAKING } from './secret-passkeys.js';
import { SERVICE_TAKING } from './secret-services.js';
import { PICTURE_TAKING } from './secret-pictures.js';
import { CHALLENGE_STATE, LOGOUT, ME, REFRESH, VERIFY_OTP } from './people.js';
import {
  CHECK_RESET_CODE,
  CONFIRM_EMAIL_CHANGE,
  NEW_PASSWORD,
  REQUEST_PASSWORD_RESET,
  REQUEST_SIGN_IN_CODE,
  RESET_PASSWORD,
} from './recovery.js';
import { type Consumer, CONSUMERS, type Kind } from './secrets-table.js';
import type { Purse } from './secrets.js';
import { REAUTHENTICATE } from './step-up.js';

type Send = (gateway: TestGateway, answer: { challengeToken: string; code: string }, purse: Purse) => Promise<Outcome>;

const LOGOUT_BY_TOKEN = /* GraphQL */ `
  mutation ($input: LogoutInput) {
    logout(input: $input) {
      endedSessions
    }
  }
`;

const UNDO_EMAIL_CHANGE = /* GraphQL */ `
  mutation ($input: UndoEmailChangeInput!) {
    undoEmailChange(input: $input) {
      endedSessions
    }
  }
`;
const RESEND_OTP = /* GraphQL */ `
  mutation ($input: ResendOtpInput!) {
    resendOtp(input: $input) {
      challengeToken
    }
  }
`;

/** How a secret is offered at each place of the table. */
export const TAKING: Record<Consumer, Taking> = {
  ...answers('verifyOtp', (gateway, input) => byGraphQL(gateway.gql(VERIFY_OTP, { input })), 'INVALID_CODE'),
  'enrollTotp: challengeToken': {
    refuses: 'CHALLENGE_EXPIRED',
    offer: async (gateway, _, challengeToken) => [
      await byGraphQL(gateway.gql(ENROLL_TOTP, { input: { challengeToken } })),
    ],
  },
  ...answers('confirmTotp', (gateway, input) => byGraphQL(gateway.gql(CONFIRM_TOTP, { input })), 'INVALID_CODE'),
  ...PASSKEY_TAKING,
  ...PROVIDER_TAKING,
  'resendOtp: challengeToken': {
    refuses: 'CHALLENGE_EXPIRED',
    offer: async (gateway, _, challengeToken) => [
      await byGraphQL(gateway.gql(RESEND_OTP, { input: { challengeToken } })),
    ],
  },
  'challenge: challengeToken': {
    refuses: 'EXPIRED',
    offer: async (gateway, _, challengeToken) => {
      const { challenge } = await gateway.ask(CHALLENGE_STATE, { challengeToken });
      return [challenge.state === 'PENDING' ? 'accepted' : challenge.state];
    },
  },
  ...answers('checkResetCode', (gateway, input) => byGraphQL(gateway.gql(CHECK_RESET_CODE, { input }))),
  ...answers('resetPassword', (gateway, answer) =>
    byGraphQL(gateway.gql(RESET_PASSWORD, { input: { ...answer, newPassword: NEW_PASSWORD } })),
  ),
  ...answers('confirmEmailChange', async (gateway, input, purse) => {
    const { accessToken: token } = await purse.session();
    return byGraphQL(gateway.gql(CONFIRM_EMAIL_CHANGE, { input }, { token }));
  }),
  ...answers('reauthenticate', async (gateway, input, purse) => {
    const token = await purse.stepUpSession();
    return byGraphQL(gateway.gql(REAUTHENTICATE, { input }, { token }));
  }),
  'reauthenticate: credential': {
    refuses: 'INVALID_PASSKEY',
    offer: async (gateway, purse, secret) => {
      const [token, challengeToken] = [await purse.stepUpSession(), await purse.secret('token of a step-up')];
      const input = { challengeToken, credential: { id: secret, rawId: secret, type: 'public-key' } };
      return [await byGraphQL(gateway.gql(REAUTHENTICATE, { input }, { token }))];
    },
  },
  'refresh: refreshToken': {
    refuses: 'REFRESH_TOKEN_INVALID',
    offer: async (gateway, _, refreshToken) => [await byGraphQL(gateway.gql(REFRESH, { input: { refreshToken } }))],
  },
  'logout: refreshToken': {
    refuses: 'REFRESH_TOKEN_INVALID',
    offer: async (gateway, _, refreshToken) => [
      await byGraphQL(gateway.gql(LOGOUT_BY_TOKEN, { input: { refreshToken } })),
    ],
  },
  'refresh: cookie `sallyport-refresh`': byRefreshCookie(REFRESH),
  'logout: cookie `sallyport-refresh`': byRefreshCookie(LOGOUT),
  'requestPasswordReset: cookie `sallyport-device`': byDeviceCookie('requestPasswordReset', REQUEST_PASSWORD_RESET),
  'requestSignInCode: cookie `sallyport-device`': byDeviceCookie('requestSignInCode', REQUEST_SIGN_IN_CODE),
  'me: header `Authorization`': { ...byBearer(ME), misses: 'FORBIDDEN' },
  'logout: header `Authorization`': { ...byBearer(LOGOUT), misses: 'FORBIDDEN' },
  ...PICTURE_TAKING,
  ...SERVICE_TAKING,
  '_service: header `Router-Authorization`': {
    refuses: 'FORBIDDEN',
    offer: async (gateway, _, secret) => [
      await byGraphQL(gateway.gql('{ _service { sdl } }', {}, { headers: { 'router-authorization': secret } })),
    ],
  },
  '/metrics: header `Authorization`': {
    refuses: '404',
    offer: async (gateway, _, secret) => [
      byStatus(await gateway.http('/metrics', { headers: { authorization: `Bearer ${secret}` } })),
    ],
  },
  'GET /reset-password: challenge': shownAddress('/reset-password'),
  'GET /accept-invitation: challenge': shownAddress('/accept-invitation'),
  ...pageAnswers('/verify'),
  ...pageAnswers('/reset-password'),
  ...pageAnswers('/accept-invitation'),
  'undoEmailChange: changeToken': {
    refuses: 'CHALLENGE_EXPIRED',
    offer: async (gateway, _, changeToken) => [
      await byGraphQL(gateway.gql(UNDO_EMAIL_CHANGE, { input: { changeToken } })),
    ],
  },
  '/undo-email-change: change': {
    refuses: '400',
    offer: async (gateway, _, change) => [byStatus(await post(gateway, '/undo-email-change', { change }))],
  },
};

/** The two halves of an answer to a challenge. */
function answers<
  Name extends
    | 'verifyOtp'
    | 'confirmTotp'
    | 'checkResetCode'
    | 'resetPassword'
    | 'confirmEmailChange'
    | 'reauthenticate',
>(name: Name, send: Send, misses?: Outcome) {
  return {
    [`${name}: challengeToken`]: {
      ...half('token', `${name}: challengeToken`, 'CHALLENGE_EXPIRED', send),
      ...(misses && { misses }),
    },
    [`${name}: code`]: half('code', `${name}: code`, 'INVALID_CODE', send),
  } as Record<`${Name}: challengeToken` | `${Name}: code`, Taking>;
}

function pageAnswers<Path extends '/verify' | '/reset-password' | '/accept-invitation'>(path: Path) {
  const send: Send = async (gateway, { challengeToken: challenge, code }) =>
    byStatus(await post(gateway, path, { challenge, code, newPassword: NEW_PASSWORD }));
  return {
    [`${path}: challenge`]: half('token', `${path}: challenge`, '400', send),
    [`${path}: code`]: half('code', `${path}: code`, '400', send),
  } as Record<`${Path}: challenge` | `${Path}: code`, Taking>;
}

/** With the other half that is right here; a token also with the code that was sent with it, as a whole answer of another kind. */
function half(offered: 'token' | 'code', consumer: Consumer, refuses: Outcome, send: Send): Taking {
  const accepted: readonly Kind[] = CONSUMERS[consumer];
  const offer: Offer = async (gateway, purse, secret, kind) => {
    const right = accepted.includes(kind) ? [kind] : accepted;
    const together = offered === 'token' && kind.startsWith('token ') ? [kind] : [];
    const halves = new Set([...right, ...together].map(otherHalf));
    const outcomes: Outcome[] = [];
    for (const other of halves) {
      const value = await purse.secret(other);
      const [challengeToken, code] = offered === 'token' ? [secret, value] : [value, secret];
      outcomes.push(await send(gateway, { challengeToken, code }, purse));
    }
    return outcomes;
  };
  return { refuses, offer };
}

function otherHalf(kind: Kind): Kind {
  if (kind === 'recovery code') return 'token of a second factor';
  const [half, ...rest] = kind.split(' ');
  return [half === 'token' ? 'code' : 'token', ...rest].join(' ') as Kind;
}

function byRefreshCookie(operation: string): Taking {
  return {
    refuses: 'REFRESH_TOKEN_INVALID',
    offer: async (gateway, _, secret) => [
      await byGraphQL(gateway.gql(operation, {}, withCookie(gateway, 'refresh', secret))),
    ],
  };
}

/** Whether the request counts as the owner's own. */
function byDeviceCookie(name: 'requestPasswordReset' | 'requestSignInCode', operation: string): Taking {
  return {
    refuses: 'a stranger',
    offer: async (gateway, purse, secret) => {
      const { email } = await purse.session();
      const sent = withCookie(gateway, 'device', secret);
      const answer = await gateway.ask(operation, { input: { email } }, sent);
      const named = createHash('sha256').update(answer[name].challengeToken).digest();
      const [row] = await gateway.database.sql<{ by_owner: boolean }>(
        'select by_owner from challenges where token_hash = $1',
        [named],
      );
      return [row!.by_owner ? 'accepted' : 'a stranger'];
    },
  };
}

function byBearer(operation: string): Taking {
  return {
    refuses: 'TOKEN_INVALID',
    offer: async (gateway, _, token) => [await byGraphQL(gateway.gql(operation, {}, { token }))],
  };
}

/** The page names the account's address to who has the link; of the code it asks only whether there is one. */
function shownAddress(path: string): Taking {
  return {
    refuses: 'no address',
    offer: async (gateway, _, challenge) => {
      const page = await (await gateway.http(`${path}?${new URLSearchParams({ challenge, code: '0' })}`)).text();
      return [page.includes('autocomplete="username"') ? 'accepted' : 'no address'];
    },
  };
}

function withCookie({ config }: TestGateway, name: 'refresh' | 'device', value: string) {
  return { cookie: `sallyport-${name}=${value}`, headers: { origin: config.publicUrl } };
}

function post(gateway: TestGateway, path: string, fields: Record<string, string>): Promise<Response> {
  return gateway.http(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(fields),
  });
}

function byStatus({ status }: Response): Outcome {
  return status === 200 ? 'accepted' : `${status}`;
}

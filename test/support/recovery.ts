import type { TestGateway } from './gateway.js';
import type { RequestOptions } from './client.js';
import { CHALLENGE, newEmail, SIGNED_IN, VERIFY_OTP } from './people.js';

export const NEW_PASSWORD = 'seven herons cross the estuary';

export const REQUEST_PASSWORD_RESET = /* GraphQL */ `
  mutation ($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      ...Challenge
    }
  }
  ${CHALLENGE}
`;

export const REQUEST_SIGN_IN_CODE = /* GraphQL */ `
  mutation ($input: RequestSignInCodeInput!) {
    requestSignInCode(input: $input) {
      ...Challenge
    }
  }
  ${CHALLENGE}
`;

export const CHECK_RESET_CODE = /* GraphQL */ `
  mutation ($input: CheckResetCodeInput!) {
    checkResetCode(input: $input) {
      state
      purpose
      expiresAt
    }
  }
`;

export const RESET_PASSWORD = /* GraphQL */ `
  mutation ($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      __typename
      ...SignedIn
    }
  }
  ${SIGNED_IN}
`;

export const CHANGE_PASSWORD = /* GraphQL */ `
  mutation ($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      id
      email
    }
  }
`;

export const REQUEST_EMAIL_CHANGE = /* GraphQL */ `
  mutation ($input: RequestEmailChangeInput!) {
    requestEmailChange(input: $input) {
      challengeToken
      purpose
      sentTo
    }
  }
`;

export const CONFIRM_EMAIL_CHANGE = /* GraphQL */ `
  mutation ($input: ConfirmEmailChangeInput!) {
    confirmEmailChange(input: $input) {
      id
      email
      emailVerified
    }
  }
`;

/** Asks for a reset and reads the code from the mail. */
export async function askReset(gateway: TestGateway, email: string): Promise<{ challengeToken: string; code: string }> {
  const { requestPasswordReset } = await gateway.ask(REQUEST_PASSWORD_RESET, { input: { email } });
  return {
    challengeToken: requestPasswordReset.challengeToken,
    code: await gateway.mailbox.codeFor(email, 'reset-password'),
  };
}

/** Asks for a sign-in code and reads it from the mail. */
export async function askSignInCode(
  gateway: TestGateway,
  email: string,
  options: RequestOptions = {},
): Promise<{ challengeToken: string; code: string }> {
  // Not the code of an earlier mail.
  gateway.mailbox.forget();
  const { requestSignInCode } = await gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email } }, options);
  return {
    challengeToken: requestSignInCode.challengeToken,
    code: await gateway.mailbox.codeFor(email, 'sign-in-by-code'),
  };
}

/** Opens an account by a sign-in code alone: it has no password. */
export async function personByCode(gateway: TestGateway, email = newEmail('code')): Promise<PersonByCode> {
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: await askSignInCode(gateway, email) });
  if (verifyOtp.__typename !== 'SignedIn') throw new Error(`a code for ${email} led to ${verifyOtp.__typename}`);
  return { id: verifyOtp.user.id, email, accessToken: verifyOtp.accessToken, refreshToken: verifyOtp.refreshToken };
}

interface PersonByCode {
  id: string;
  email: string;
  accessToken: string;
  refreshToken: string;
}

/** Asks for a change of address and reads the code from the mail to the new one. */
export async function askEmailChange(
  gateway: TestGateway,
  { accessToken, password }: { accessToken: string; password: string },
  newEmail: string,
): Promise<{ challengeToken: string; code: string }> {
  const input = { newEmail, password };
  const { requestEmailChange } = await gateway.ask(REQUEST_EMAIL_CHANGE, { input }, { token: accessToken });
  return {
    challengeToken: requestEmailChange.challengeToken,
    code: await gateway.mailbox.codeFor(newEmail, 'change-email'),
  };
}

/** What the audit log says of the person, oldest first: `login` or `login INVALID_CREDENTIALS`. */
export async function happened({ database }: TestGateway, subjectId: string): Promise<string[]> {
  const rows = await database.sql<{ action: string; code: string | null }>(
    'select action, code from audit_events where subject_id = $1 order by at, id',
    [subjectId],
  );
  return rows.map(({ action, code }) => [action, code].filter(Boolean).join(' '));
}

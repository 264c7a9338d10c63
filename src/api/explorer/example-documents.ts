import { accountDocuments } from './account-documents.js';
import { factorExamples } from './factor-examples.js';
import { providerExamples } from './provider-examples.js';
import { sessionDocuments } from './session-documents.js';

export interface ExampleDocument {
  /** The operation's name; GraphiQL names the tab after it. */
  name: string;
  /** One or two sentences for the person who runs it. */
  hint: string;
  document: string;
  /** `{{accessToken}}` and its like are filled in by GraphiQL from the last answer that held one. */
  variables?: Record<string, unknown>;
  /** Whether it is sent with the access token. */
  signedIn?: boolean;
}

const EMAIL = 'ada@example.com';
const PASSWORD = 'violet-harbour-lantern';

const SIGN_IN_RESULT = `__typename
    ... on SignedIn {
      user { id email emailVerified }
      session { id device expiresAt }
      accessToken
      accessTokenExpiresAt
      refreshToken
      refreshTokenExpiresAt
    }
    ... on ChallengeRequired { challengeToken purpose methods sentTo expiresAt }`;

/** One document for each step of the main job, in the order in which a newcomer meets them; then the rest. */
export const exampleDocuments: [ExampleDocument, ...ExampleDocument[]] = [
  {
    name: 'Register',
    hint: 'Opens an account and mails a code. For a known address the answer is the same, and the mail has no code: go to Login.',
    document: `mutation Register($input: RegisterInput!) {
  register(input: $input) {
    challengeToken
    purpose
    methods
    sentTo
    codeLength
    expiresAt
    resendAfter
  }
}`,
    variables: { input: { email: EMAIL, password: PASSWORD, username: 'ada', displayName: 'Ada Lovelace' } },
  },
  {
    name: 'VerifyOtp',
    hint: 'Answers the challenge with the code from the mail (in development it is in the log, and in the mailbox page).',
    document: `mutation VerifyOtp($input: VerifyOtpInput!) {
  verifyOtp(input: $input) {
    ${SIGN_IN_RESULT}
  }
}`,
    variables: { input: { challengeToken: '{{challengeToken}}', code: '' } },
  },
  {
    name: 'Me',
    hint: 'Who is signed in. The Headers pane below sends the access token of the last answer.',
    document: `query Me {
  me {
    id
    username
    displayName
    avatarUrl
    email
    emailVerified
    status
    roles { name }
    permissions
    sessions { id device ipAddress lastUsedAt current }
  }
}`,
    signedIn: true,
  },
  {
    name: 'Refresh',
    hint: 'Exchanges the refresh token, which is single use, for new tokens.',
    document: `mutation Refresh($input: RefreshInput) {
  refresh(input: $input) {
    accessToken
    accessTokenExpiresAt
    refreshToken
    refreshTokenExpiresAt
    session { id lastUsedAt expiresAt }
  }
}`,
    variables: { input: { refreshToken: '{{refreshToken}}' } },
  },
  {
    name: 'Logout',
    hint: 'Ends the session. Run Me again afterwards: TOKEN_REVOKED. Without an access token, logout(input: { refreshToken }) ends it.',
    document: `mutation Logout {
  logout {
    endedSessions
  }
}`,
    signedIn: true,
  },
  {
    name: 'Login',
    hint: 'By e-mail address or username. Set tokenDelivery to COOKIE to get the refresh token as an HttpOnly cookie.',
    document: `mutation Login($input: LoginInput!) {
  login(input: $input) {
    ${SIGN_IN_RESULT}
  }
}`,
    variables: { input: { identifier: EMAIL, password: PASSWORD, tokenDelivery: 'BODY' } },
  },
  {
    name: 'RequestSignInCode',
    hint: 'Signs in without a password: mails a code, for VerifyOtp. An unknown address gets one too, which opens an account.',
    document: `mutation RequestSignInCode($input: RequestSignInCodeInput!) {
  requestSignInCode(input: $input) {
    challengeToken
    purpose
    methods
    sentTo
    codeLength
    expiresAt
    resendAfter
  }
}`,
    variables: { input: { email: EMAIL } },
  },
  {
    name: 'AuthSettings',
    hint: 'Settings for a sign-in form: how users sign in, whether registration is open, the password policy, every refusal.',
    document: `query AuthSettings {
  authSettings {
    signInMethods
    identityProviders { id name }
    secondFactor
    registrationOpen
    emailVerification
    passwordPolicy { minLength maxLength minStrength }
    errors { code message retryable }
    problems { code message }
    locales
  }
}`,
  },
  {
    name: 'ResendOtp',
    hint: 'If no code arrived: mails a new one and voids the old one. Refused with RATE_LIMITED before resendAfter.',
    document: `mutation ResendOtp($input: ResendOtpInput!) {
  resendOtp(input: $input) {
    challengeToken
    sentTo
    expiresAt
    resendAfter
  }
}`,
    variables: { input: { challengeToken: '{{challengeToken}}' } },
  },
  ...sessionDocuments,
  ...factorExamples,
  ...providerExamples,
  ...accountDocuments,
  {
    name: 'RequestPasswordReset',
    hint: 'Mails a code and a link. The answer is the same for an unknown address.',
    document: `mutation RequestPasswordReset($input: RequestPasswordResetInput!) {
  requestPasswordReset(input: $input) { challengeToken sentTo expiresAt }
}`,
    variables: { input: { email: EMAIL } },
  },
  {
    name: 'CheckResetCode',
    hint: 'Checks the code before the form asks for the new password, and does not use it up.',
    document: `mutation CheckResetCode($input: CheckResetCodeInput!) {
  checkResetCode(input: $input) { state expiresAt }
}`,
    variables: { input: { challengeToken: '{{challengeToken}}', code: '' } },
  },
  {
    name: 'ResetPassword',
    hint: 'Answers with the code from the mail, ends every session and signs in.',
    document: `mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    ${SIGN_IN_RESULT}
  }
}`,
    variables: { input: { challengeToken: '{{challengeToken}}', code: '', newPassword: '' } },
  },
  {
    name: 'Users',
    hint: 'For administrators. npm run users:create-admin creates the first; use their address and password in Login.',
    document: `query Users($search: String, $filter: UserFilter, $first: Int) {
  users(search: $search, filter: $filter, first: $first) {
    totalCount
    edges { node { id displayName email status roles { name } } }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { search: null, filter: {}, first: 20 },
    signedIn: true,
  },
  {
    name: 'AuditEvents',
    hint: 'For administrators: what happened, newest first; details say more, such as the roles that were granted.',
    document: `query AuditEvents($filter: AuditEventFilter, $first: Int) {
  auditEvents(filter: $filter, first: $first) {
    edges { node { at action outcome code details actor { id displayName } subject { id displayName } ipAddress requestId } }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { filter: {}, first: 20 },
    signedIn: true,
  },
];

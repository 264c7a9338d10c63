import { randomBytes } from 'node:crypto';
import { createAccount } from '../../src/sign-up/open-account.js';
import type { RequestOptions } from './client.js';
import type { TestGateway } from './gateway.js';

export interface Registered {
  id: string;
  email: string;
  username: string;
  password: string;
}

export interface SignedInPerson extends Registered {
  accessToken: string;
  refreshToken: string;
  sessionId: string;
}

export const STRONG_PASSWORD = 'a lighthouse keeper counts ships';

export const SIGNED_IN = /* GraphQL */ `
  fragment SignedIn on SignedIn {
    accessToken
    accessTokenExpiresAt
    accessTokenExpiresIn
    refreshToken
    refreshTokenExpiresAt
    refreshTokenExpiresIn
    session {
      id
      current
    }
    user {
      id
      email
      username
      emailVerified
    }
  }
`;

export const CHALLENGE = /* GraphQL */ `
  fragment Challenge on ChallengeRequired {
    challengeToken
    purpose
    methods
    sentTo
    codeLength
    expiresAt
    resendAfter
  }
`;

export const CHALLENGE_STATE = /* GraphQL */ `
  query ($challengeToken: String!) {
    challenge(challengeToken: $challengeToken) {
      state
      purpose
      expiresAt
    }
  }
`;

export const REGISTER = /* GraphQL */ `
  mutation ($input: RegisterInput!) {
    register(input: $input) {
      ...Challenge
    }
  }
  ${CHALLENGE}
`;

export const VERIFY_OTP = /* GraphQL */ `
  mutation ($input: VerifyOtpInput!) {
    verifyOtp(input: $input) {
      __typename
      ...SignedIn
      ... on ChallengeRequired {
        challengeToken
        purpose
      }
    }
  }
  ${SIGNED_IN}
`;

export const LOGIN = /* GraphQL */ `
  mutation ($input: LoginInput!) {
    login(input: $input) {
      __typename
      ...SignedIn
      ... on ChallengeRequired {
        challengeToken
        purpose
      }
    }
  }
  ${SIGNED_IN}
`;

export const REFRESH = /* GraphQL */ `
  mutation ($input: RefreshInput) {
    refresh(input: $input) {
      ...SignedIn
    }
  }
  ${SIGNED_IN}
`;

export const LOGOUT = /* GraphQL */ `
  mutation {
    logout {
      endedSessions
    }
  }
`;

export const LOGOUT_BY_REFRESH_TOKEN = /* GraphQL */ `
  mutation ($token: String!) {
    logout(input: { refreshToken: $token }) {
      endedSessions
    }
  }
`;

export const ME = /* GraphQL */ `
  {
    me {
      id
      email
    }
  }
`;

/** Nobody's address yet. */
export function newEmail(name = 'ada'): string {
  return `${name}-${randomBytes(5).toString('hex')}@example.com`;
}

type Given = { email?: string; password?: string; locale?: string; displayName?: string };

/** Has an account and a proven address, opened as `verifyOtp` does, without its requests and mails: most tests are not about those. */
export async function registeredPerson(gateway: TestGateway, given: Given = {}): Promise<Registered> {
  const { email = newEmail(), password = STRONG_PASSWORD, locale = null, displayName = null } = given;
  const username = `u${randomBytes(6).toString('hex')}`;
  const { services, database } = gateway.inner;
  const account = { email, username, displayName, locale, pictureUrl: null, emailVerifiedAt: services.clock.now() };
  const passwordHash = await hashOf(gateway, password);
  const user = await database.orm.em
    .fork()
    .transactional((tx) => createAccount(services, tx, { ...account, passwordHash }));
  return { id: user.id, email, username, password };
}

const hashes = new Map<string, Promise<string>>();

function hashOf({ config, inner }: TestGateway, password: string): Promise<string> {
  const key = `${config.passwordHasher} ${password}`;
  const hash = hashes.get(key) ?? inner.services.passwords.hash(password);
  hashes.set(key, hash);
  return hash;
}

/** Has an account, a proven address and a session that began with the one-time code. */
export async function verifiedPerson(gateway: TestGateway, given: Given = {}): Promise<SignedInPerson> {
  const { email = newEmail(), password = STRONG_PASSWORD, ...rest } = given;
  const username = `u${randomBytes(6).toString('hex')}`;
  const { register } = await gateway.ask(REGISTER, { input: { email, password, username, ...rest } });
  const code = await gateway.mailbox.codeFor(email, 'verify-email');
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
  return { ...tokensOf(verifyOtp), id: verifyOtp.user.id, email, username, password };
}

/** A new session of the person, by password. */
export async function signIn(
  gateway: TestGateway,
  { email, password }: Pick<Registered, 'email' | 'password'>,
  options?: RequestOptions,
): Promise<Pick<SignedInPerson, 'accessToken' | 'refreshToken' | 'sessionId'>> {
  const { login } = await gateway.ask(LOGIN, { input: { identifier: email, password } }, options);
  if (login.__typename !== 'SignedIn') throw new Error(`login of ${email} led to ${login.__typename}`);
  return tokensOf(login);
}

/** Registered, and signed in by password. */
export async function signedInPerson(gateway: TestGateway, given: Given = {}): Promise<SignedInPerson> {
  const person = await registeredPerson(gateway, given);
  return { ...person, ...(await signIn(gateway, person)) };
}

/** Signed up, so that there are a session, mails and events of that; and signed in by password. */
export async function signedUpPerson(gateway: TestGateway, given: Given = {}): Promise<SignedInPerson> {
  const person = await verifiedPerson(gateway, given);
  return { ...person, ...(await signIn(gateway, person)) };
}

/** Holds the role `admin`, given behind the product's back, and has signed in since. */
export async function admin(gateway: TestGateway): Promise<SignedInPerson> {
  const person = await registeredPerson(gateway, { email: newEmail('admin') });
  await gateway.database.sql(
    `INSERT INTO user_roles (user_id, role_name, granted_at) VALUES ($1, 'admin', now()) ON CONFLICT DO NOTHING`,
    [person.id],
  );
  return { ...person, ...(await signIn(gateway, person)) };
}

function tokensOf(signedIn: any): Pick<SignedInPerson, 'accessToken' | 'refreshToken' | 'sessionId'> {
  return {
    accessToken: signedIn.accessToken,
    refreshToken: signedIn.refreshToken,
    sessionId: signedIn.session.id,
  };
}

import { createSallyport, type NextStep, type Sallyport } from '@sallyport/client';
import type { AuthenticatorApp } from './authenticator-app.js';
import { type BrowserCookie, readCookies } from './browser-cookies.js';
import { completeChallenges, enrollApp } from './complete-challenges.js';
import { createMailbox, type Mailbox } from './dev-mailbox.js';

export { type AuthenticatorApp, createAuthenticatorApp, totp } from './authenticator-app.js';
export type { BrowserCookie } from './browser-cookies.js';
export type { Mail, Mailbox } from './dev-mailbox.js';
export {
  addVirtualAuthenticator,
  type CdpSession,
  type StoredPasskey,
  type VirtualAuthenticator,
  type VirtualAuthenticatorOptions,
} from './virtual-authenticator.js';

export interface TestClientOptions {
  /** The gateway, as the browser of the test reaches it: `http://localhost:4000`. */
  url: string;
  /** The domain of new users. `e2e.example.com` unless given. */
  domain?: string;
  /** The code that TEST_ADDRESSES of the gateway gives that domain. Without it codes are read from the dev mailbox. */
  code?: string;
  /** How long a mail is waited for, in milliseconds. 10 seconds unless given. */
  mailTimeout?: number;
}

export interface NewTestUser {
  /** An address that was never used unless given. */
  email?: string;
  /** A new one unless given. Null: the account has none, and signs in by codes. */
  password?: string | null;
  username?: string;
  displayName?: string;
  locale?: string;
  /** True: the user has an authenticator app. Also if the gateway requires a second factor. */
  app?: boolean;
}

export interface TestUser {
  id: string;
  email: string;
  password: string | null;
  /** Null without a second factor. */
  app: AuthenticatorApp | null;
  /** Those that came with the app. */
  recoveryCodes: string[];
  /** The client of @sallyport/client, signed in as this user: `await user.sallyport.getAccessToken()`. */
  sallyport: Sallyport;
}

type Credentials = Pick<TestUser, 'email' | 'password' | 'app'>;

export interface TestClient extends Mailbox {
  /** A new user with a verified address, who is signed in. */
  signUp(user?: NewTestUser): Promise<TestUser>;
  /** A new session of a user; answers the challenges of the sign-in. */
  signIn(user: Credentials): Promise<Sallyport>;
  /** A new session of a user as cookies, for the browser of a test: `await context.addCookies(await client.signInCookies(user))`. */
  signInCookies(user: Credentials): Promise<BrowserCookie[]>;
  /** The code that a form of your application asks for: the known one, or that of the next mail. */
  codeFor(address: string): Promise<string>;
}

/** Makes users at a gateway for tests, by the operations that are open to everyone. */
export function createTestClient({
  url: given,
  domain = 'e2e.example.com',
  code,
  mailTimeout = 10_000,
}: TestClientOptions): TestClient {
  const url = given.replace(/\/(graphql\/?)?$/, '');
  const mailbox = createMailbox({ url, timeout: mailTimeout });

  const codeFor = async (address: string) => {
    if (code && address.toLowerCase().endsWith(`@${domain}`)) return code;
    return (await mailbox.nextMail(address, (mail) => mail.code !== null)).code ?? '';
  };

  async function signUp({ app: withApp, ...input }: NewTestUser = {}): Promise<TestUser> {
    const sallyport = createSallyport({ url, storage: 'memory' });
    const email = input.email ?? `user-${random()}@${domain}`;
    const password = input.password === undefined ? await newPassword(sallyport) : input.password;
    const { username, displayName, locale } = input;
    const profile = { username, displayName, locale };
    const challenge =
      password === null
        ? await sallyport.requestSignInCode({ email })
        : await sallyport.register({ ...profile, email, password });
    const answers = { mailedCode: () => codeFor(email), app: null };
    let enrolled = await completeChallenges(sallyport, challenge, answers);
    if (withApp) enrolled ??= await enrollApp(sallyport);
    if (password === null && (username ?? displayName ?? locale)) await sallyport.updateProfile(profile);
    const user = await sallyport.me();
    if (!user) throw new Error(`${email} has signed up, and is not signed in.`);
    return { app: null, recoveryCodes: [], ...enrolled, id: user.id, email, password, sallyport };
  }

  async function signIn(
    { email, password, app }: Credentials,
    sallyport = createSallyport({ url, storage: 'memory' }),
  ) {
    const next: NextStep =
      password === null
        ? await sallyport.requestSignInCode({ email })
        : await sallyport.login({ identifier: email, password });
    await completeChallenges(sallyport, next, { mailedCode: () => codeFor(email), app });
    return sallyport;
  }

  async function signInCookies(user: Credentials): Promise<BrowserCookie[]> {
    const cookies = new Map<string, BrowserCookie>();
    const noting: typeof fetch = async (...request) => {
      const response = await fetch(...request);
      for (const cookie of readCookies(response.headers.getSetCookie(), url)) cookies.set(cookie.name, cookie);
      return response;
    };
    await signIn(user, createSallyport({ url, storage: 'cookie', fetch: noting }));
    return [...cookies.values()];
  }

  return { ...mailbox, codeFor, signUp, signIn: (user) => signIn(user), signInCookies };
}

/** Null where the gateway takes none. */
async function newPassword(sallyport: Sallyport): Promise<string | null> {
  const { signInMethods } = await sallyport.authSettings();
  return signInMethods.includes('PASSWORD') ? `${random()} ${random()}` : null;
}

/** Two of them are strong enough for a password. */
function random(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 16);
}

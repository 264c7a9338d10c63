import { randomBytes } from 'node:crypto';
import { afterAll, beforeEach, expect } from '@jest/globals';
import { startGateway, type TestGateway } from './gateway.js';
import { type LyingProvider, startLyingProvider } from './lying-provider.js';
import { ME, newEmail } from './people.js';
import { REDIRECT_URI, signInBy } from './provider-flow.js';
import { forge } from './token-forge.js';

export type Say = Record<string, unknown>;

/** A gateway, a second process of it, and two providers that sign what a test has them sign: `acme` and `other`. */
export interface LogoutTest {
  gateway: TestGateway;
  replica: TestGateway;
  acme: LyingProvider;
  other: LyingProvider;
  /** A session that begins at acme. */
  begin(account: Say): Promise<{ accessToken: string; refreshToken: string; id: string; sessionId: string }>;
  /** Whether it is accepted; both processes must agree. */
  isLive(session: { accessToken: string }): Promise<boolean>;
  /** The claims of an honest logout token of acme, and others in their place. */
  claims(said: Say): Say;
  signed(said: Say, header?: Say): string;
  signedByOther(said: Say): string;
  post(body: BodyInit, options?: Posted): Promise<Response>;
  logOut(token: string, options?: Posted): Promise<Response>;
}

interface Posted {
  /** The provider whose address it is. */
  id?: string;
  at?: TestGateway;
  headers?: Record<string, string>;
}

export const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
export const now = () => Math.floor(Date.now() / 1000);

/** An account at acme. */
export const person = () => ({
  sub: randomBytes(8).toString('hex'),
  email: newEmail(),
  email_verified: true,
  name: 'Ada',
});

export async function startLogoutTest(
  also: (issuers: { acme: string; other: string }) => Record<string, string> = () => ({}),
): Promise<LogoutTest> {
  const [acme, other] = await Promise.all([startLyingProvider(), startLyingProvider()]);
  const gateway = await startGateway({
    REDIRECT_URIS: REDIRECT_URI,
    ...acme.settings('acme'),
    ...other.settings('other'),
    PROVIDERS: 'acme,other,github',
    PROVIDER_ACME_EMAIL_DOMAINS: '*',
    PROVIDER_GITHUB_CLIENT_ID: 'id',
    PROVIDER_GITHUB_CLIENT_SECRET: 'secret',
    ...also({ acme: acme.issuer, other: other.issuer }),
  });
  const replica = await gateway.replica();
  opened.push(acme, other);

  const claims = (said: Say) => ({
    iss: acme.issuer,
    aud: 'sallyport',
    iat: now(),
    exp: now() + 120,
    jti: randomBytes(8).toString('hex'),
    events: { [EVENT]: {} },
    ...said,
  });
  const post: LogoutTest['post'] = (body, { id = 'acme', at = gateway, headers } = {}) =>
    at.http(`/providers/${id}/backchannel-logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });
  return {
    gateway,
    replica,
    acme,
    other,
    claims,
    post,
    async begin(account) {
      acme.claims = account;
      const { accessToken, refreshToken, user, session } = await signInBy(gateway, acme);
      return { accessToken, refreshToken, id: user.id, sessionId: session.id };
    },
    async isLive({ accessToken: token }) {
      const [here, there] = await Promise.all([gateway, replica].map((at) => at.gql(ME, {}, { token })));
      expect(Boolean(here!.data?.me)).toBe(Boolean(there!.data?.me));
      return Boolean(here!.data?.me);
    },
    signed: (said, header) =>
      forge({ alg: 'ES256', kid: acme.key.kid, typ: 'logout+jwt', ...header }, claims(said), acme.key.privateKey),
    signedByOther: (said) =>
      forge({ alg: 'ES256', kid: other.key.kid }, claims({ iss: other.issuer, ...said }), other.key.privateKey),
    logOut: (token, options) => post(new URLSearchParams({ logout_token: token }), options),
  };
}

const opened: LyingProvider[] = [];
beforeEach(() => opened.forEach((provider) => provider.honest()));
afterAll(() => Promise.all(opened.map((provider) => provider.close())));

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';

/** An account at the provider. `sub` is its key there; the others are claims. */
export interface ProviderAccount {
  sub: string;
  email?: unknown;
  email_verified?: unknown;
  name?: unknown;
  locale?: unknown;
  picture?: unknown;
  /** How the person authenticated there. */
  amr?: string[];
}

export interface OpenIdProvider {
  issuer: string;
  /** The settings of a gateway that is a client of it. */
  settings: Record<string, string>;
  /** Who signs in from now on: without a page, at once. Null: the person says no. */
  account: ProviderAccount | null;
  /** As a browser does that is sent to the provider: where the provider sends it back to. */
  visit(authorizationUrl: string): Promise<URL>;
  /** The person has signed out there: tells the gateway at this address (OpenID Connect Back-Channel Logout 1.0). Throws if it does not take it. */
  signOut(sub: string, gatewayUrl: string): Promise<void>;
  /** From now on nobody listens there; `open` listens there again. */
  close(): Promise<void>;
  open(): Promise<void>;
}

interface Options {
  id?: string;
  /** Where the gateway is for people. */
  publicUrl?: string;
  port?: number;
}

/**
 * A real OpenID provider (oidc-provider) in this process on a port of 127.0.0.1, with one client: a gateway of `publicUrl`, where its id
 * is `id`. The package takes its time to load, so it is loaded when the first one starts.
 */
export async function startOpenIdProvider({
  id = 'acme',
  publicUrl = 'http://localhost:4000',
  port: wanted = 0,
}: Options = {}): Promise<OpenIdProvider> {
  const { default: Provider } = await import('oidc-provider');
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const accounts = new Map<string, ProviderAccount>();
  const client = { client_id: 'sallyport', client_secret: 'a-secret-of-the-test-client' };

  // It warns of keeping all in memory.
  const quiet = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const provider = new Provider(issuer, {
    clients: [
      {
        ...client,
        redirect_uris: [`${publicUrl}/providers/${id}/callback`],
        backchannel_logout_uri: `${publicUrl}/providers/${id}/backchannel-logout`,
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: ['a-key-of-the-test-provider'] },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    // Tests have one PUBLIC_URL, whatever port the gateway gets.
    fetch: (url, options) => fetch((url as string).replace(publicUrl, deliverTo), options),
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name', 'locale', 'picture'] },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ ...accounts.get(sub), sub }),
    }),
    // Nobody is asked whether this client may know the address.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.account!.accountId, clientId: client.client_id });
      grant.addOIDCScope('openid email profile offline_access');
      await grant.save();
      return grant;
    },
  });
  quiet.mockRestore();
  // The sign-in page, which signs in without a page.
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) {
      await next();
      return;
    }
    const { account } = self;
    if (account) accounts.set(account.sub, account);
    const result = account
      ? { login: { accountId: account.sub, amr: account.amr, remember: false } }
      : { error: 'access_denied', error_description: 'The person said no.' };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    ctx.respond = false;
  });
  server.on('request', (request, response) => void provider.callback()(request, response));

  let deliverTo = publicUrl;
  const prefix = `PROVIDER_${id.toUpperCase().replaceAll('-', '_')}`;
  const self: OpenIdProvider = {
    issuer,
    settings: {
      PROVIDERS: id,
      [`${prefix}_ISSUER`]: issuer,
      [`${prefix}_CLIENT_ID`]: client.client_id,
      [`${prefix}_CLIENT_SECRET`]: client.client_secret,
      [`${prefix}_NAME`]: 'Acme',
      // Most tests are of what follows once its word counts.
      [`${prefix}_TRUST_EMAIL`]: 'on',
    },
    account: { sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace', locale: 'de-AT' },
    visit: (url) => followToCallback(url, issuer),
    async signOut(sub, gatewayUrl) {
      deliverTo = gatewayUrl;
      const found = (await provider.Client.find(client.client_id)) as unknown as LoggingOut;
      // It warns that it asks 127.0.0.1 too.
      const quiet = jest.spyOn(console, 'warn').mockImplementation(() => {});
      await found.backchannelLogout(sub).finally(() => quiet.mockRestore());
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    async open() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
  return self;
}

/** The package's types leave it out. */
interface LoggingOut {
  backchannelLogout(sub: string): Promise<void>;
}

/** Follows redirects as long as they stay at the provider, with the cookies that it sets. */
async function followToCallback(url: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let next = new URL(url);
  for (let hop = 0; hop < 10; hop += 1) {
    if (next.origin !== issuer) return next;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]!.split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (!location) throw new Error(`The provider answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
    next = new URL(location, next);
  }
  throw new Error('The provider redirects for ever.');
}

import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { forge } from './token-forge.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An OpenID provider that says what a test has it say. Until then it tells the truth. */
export interface LyingProvider {
  issuer: string;
  /** Of a gateway that is a client of it: the provider `acme`, or another id and kind. */
  settings(id?: string): Record<string, string>;
  /** In place of what an honest ID token says; undefined leaves a claim out. */
  claims: Record<string, unknown>;
  userinfo: Record<string, unknown>;
  /** Added to the answer of the token endpoint. */
  tokens: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** In place of the parameters of an honest redirect. */
  redirect: Record<string, string>;
  /** How the ID token is made of its claims. */
  sign(claims: Record<string, unknown>): string;
  /** What an address answers instead, such as `/token`. */
  answers: Map<string, Answer>;
  /** Milliseconds before each answer. */
  delay: number;
  /** The paths that were asked for, and the bodies that came. */
  requests: { path: string; body: string; headers: IncomingMessage['headers'] }[];
  key: { kid: string; privateKey: KeyObject; publicKey: KeyObject };
  /** A new key takes the place of the old one. */
  rotate(kid?: string): void;
  /** Forgets every lie. */
  honest(): void;
  /** As the browser that is sent there: comes back at once. */
  visit(authorizationUrl: string): Promise<URL>;
  close(): Promise<void>;
}

/** On a port of 127.0.0.1, on node:http alone: what it answers must not be corrected by a library. */
export async function startLyingProvider(): Promise<LyingProvider> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nonces = new Map<string, string>();

  const json = (response: ServerResponse, body: object) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  const truths: Record<string, (response: ServerResponse, body: string) => void> = {
    '/.well-known/openid-configuration': (response) =>
      json(response, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256', 'ES256'],
        ...self.metadata,
      }),
    '/jwks': (response) =>
      json(response, { keys: [{ ...self.key.publicKey.export({ format: 'jwk' }), kid: self.key.kid, use: 'sig' }] }),
    '/token': (response, body) => {
      const nonce = nonces.get(new URLSearchParams(body).get('code') ?? '');
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: issuer, sub: 'ada', aud: 'sallyport', iat: now, exp: now + 300, nonce, ...self.claims };
      json(response, {
        access_token: 'an-access-token',
        token_type: 'Bearer',
        id_token: self.sign(claims),
        ...self.tokens,
      });
    },
    '/userinfo': (response) => json(response, { sub: 'ada', ...self.userinfo }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', issuer).pathname;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    self.requests.push({ path, body, headers: request.headers });
    if (self.delay > 0) await sleep(self.delay);
    const lie = self.answers.get(path);
    if (lie) return lie(request, response);
    // Microsoft's metadata have the tenant before it.
    const truth = truths[path.replace(/^.*(?=\/\.well-known)/, '')];
    if (truth) return truth(response, body);
    response.writeHead(404).end();
  }

  const self: LyingProvider = {
    issuer,
    settings(id = 'acme') {
      const prefix = `PROVIDER_${id.toUpperCase()}`;
      return {
        PROVIDERS: id,
        [`${prefix}_ISSUER`]: issuer,
        [`${prefix}_CLIENT_ID`]: 'sallyport',
        [`${prefix}_CLIENT_SECRET`]: 'a-secret-of-the-lied-to',
      };
    },
    claims: {},
    userinfo: {},
    tokens: {},
    metadata: {},
    redirect: {},
    sign: signed,
    answers: new Map(),
    delay: 0,
    requests: [],
    key: newKey('first'),
    rotate(kid = randomBytes(4).toString('hex')) {
      self.key = newKey(kid);
    },
    honest() {
      Object.assign(self, {
        claims: {},
        userinfo: {},
        tokens: {},
        metadata: {},
        redirect: {},
        sign: signed,
        requests: [],
        delay: 0,
      });
      self.answers.clear();
    },
    async visit(authorizationUrl) {
      const { searchParams: asked } = new URL(authorizationUrl);
      const back = new URL(asked.get('redirect_uri') ?? '');
      const code = randomBytes(16).toString('hex');
      nonces.set(code, asked.get('nonce') ?? '');
      const parameters = { code, state: asked.get('state') ?? '', ...self.redirect };
      for (const [name, value] of Object.entries(parameters)) back.searchParams.set(name, value);
      return back;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return self;

  function signed(claims: Record<string, unknown>): string {
    return forge({ alg: 'ES256', kid: self.key.kid }, claims, self.key.privateKey);
  }
}

function newKey(kid: string): LyingProvider['key'] {
  return { kid, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OauthProvider {
  url: string;
  /** Of a gateway that is a client of it, as the provider `github`. */
  settings: Record<string, string>;
  /** What GET /user answers. */
  user: Record<string, unknown>;
  /** What GET /user/emails answers. */
  emails: unknown;
  /** Who it says it is, in its answers. */
  iss: string;
  /** The person says no from now on. */
  refuses: boolean;
  /** As a browser does that is sent there. */
  visit(authorizationUrl: string): Promise<URL>;
  close(): Promise<void>;
}

const CLIENT = { id: 'Iv1.0123456789abcdef', secret: '0123456789abcdef0123456789abcdef01234567' };

/** A GitHub Enterprise Server, as far as signing in goes: no OpenID Connect, and errors that have status 200. */
export async function startOauthProvider(publicUrl = 'http://localhost:4000'): Promise<OauthProvider> {
  const codes = new Map<string, { challenge: string | null; redirectUri: string | null }>();
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', self.url);
    const isKnown = tokens.has((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (url.pathname === '/login/oauth/authorize') return authorize(url.searchParams, response);
    if (url.pathname === '/login/oauth/access_token')
      return void readForm(request).then((form) => exchange(form, response));
    if (!isKnown) return json(response, { message: 'Requires authentication' }, 401);
    if (!request.headers['user-agent']) return json(response, { message: 'Administrative rules' }, 403);
    if (url.pathname === '/api/v3/user') return json(response, self.user);
    if (url.pathname === '/api/v3/user/emails') return json(response, self.emails);
    response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    const redirectUri = asked.get('redirect_uri');
    if (redirectUri !== `${publicUrl}/providers/github/callback`)
      return void response.writeHead(400).end('redirect_uri');
    const back = new URL(redirectUri);
    const code = randomBytes(10).toString('hex');
    codes.set(code, { challenge: asked.get('code_challenge'), redirectUri });
    back.searchParams.set(self.refuses ? 'error' : 'code', self.refuses ? 'access_denied' : code);
    back.searchParams.set('state', asked.get('state') ?? '');
    // RFC 9207; GitHub sends it since April 2026.
    back.searchParams.set('iss', self.iss);
    response.writeHead(302, { location: back.href }).end();
  }

  function exchange(form: URLSearchParams, response: ServerResponse): void {
    const known = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret)
      return json(response, {
        error: 'incorrect_client_credentials',
        error_description: 'The client_id is incorrect.',
      });
    if (known?.challenge !== challenge || known.redirectUri !== form.get('redirect_uri'))
      return json(response, {
        error: 'bad_verification_code',
        error_description: 'The code passed is incorrect or expired.',
      });
    const token = `gho_${randomBytes(18).toString('hex')}`;
    tokens.add(token);
    json(response, { access_token: token, token_type: 'bearer', scope: 'user:email' });
  }

  const self: OauthProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    settings: {},
    iss: '',
    user: { login: 'ada', id: 1, node_id: 'MDQ6VXNlcjE=', name: 'Ada Lovelace', email: null, type: 'User' },
    emails: [
      { email: 'ada@old.example', primary: false, verified: true, visibility: null },
      { email: 'ada@example.com', primary: true, verified: true, visibility: 'private' },
    ],
    refuses: false,
    async visit(url) {
      const answer = await fetch(url, { redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? '');
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  self.iss = `${self.url}/login/oauth`;
  self.settings = {
    PROVIDERS: 'github',
    PROVIDER_GITHUB_CLIENT_ID: CLIENT.id,
    PROVIDER_GITHUB_CLIENT_SECRET: CLIENT.secret,
    PROVIDER_GITHUB_BASE_URL: self.url,
  };
  return self;
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(body));
}

async function readForm(request: AsyncIterable<Buffer>): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += chunk.toString();
  return new URLSearchParams(text);
}

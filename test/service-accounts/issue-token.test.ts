import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../support/administration.js';
import { createdApiKey } from '../support/api-keys.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';
import { ORDERS, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';
import {
  askToken,
  basicOf,
  CLIENT_CREDENTIALS,
  DELETE_SERVICE_ACCOUNT,
  type MadeServiceAccount,
  serviceAccountWith,
} from '../support/service-accounts.js';
import { until } from '../support/until.js';

let gateway: TestGateway;
let boss: SignedInPerson;
let account: MadeServiceAccount;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
  account = await serviceAccountWith(gateway, boss.accessToken, ['orders:read', 'orders:write']);
});

const errorIn = async (answer: Response) => ((await answer.json()) as { error: string }).error;
const asBody = ({ id, clientSecret }: MadeServiceAccount) => ({
  ...CLIENT_CREDENTIALS,
  client_id: id,
  client_secret: clientSecret,
});

describe('the client credentials grant', () => {
  test('returns an access token as RFC 6749 asks, and no refresh token', async () => {
    const { status, headers, body } = await askToken(
      gateway,
      CLIENT_CREDENTIALS,
      basicOf(account.id, account.clientSecret),
    );
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'orders:read orders:write',
    });
  });

  test('returns a token whose claims are those of RFC 9068', async () => {
    const { body } = await askToken(gateway, asBody(account));
    const [header = ''] = String(body.access_token).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString()).typ).toBe('at+jwt');
    expect(claimsOf(body.access_token)).toEqual({
      iss: gateway.config.publicUrl,
      aud: gateway.config.tokenAudience,
      sub: account.id,
      client_id: account.id,
      sid: account.secretId,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
      scope: 'orders:read orders:write',
      roles: [account.role],
      ver: [1, 1],
      amr: [],
      acr: '0',
      auth_time: 0,
      email_verified: false,
    });
  });

  test('takes the credentials in the body too', async () => {
    expect((await askToken(gateway, asBody(account))).status).toBe(200);
  });

  test('decodes what was form-encoded before it was joined for HTTP Basic', async () => {
    const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');
    const authorization = `Basic ${Buffer.from(`${percent(account.id)}:${percent(account.clientSecret)}`).toString('base64')}`;
    expect((await askToken(gateway, CLIENT_CREDENTIALS, { authorization })).status).toBe(200);
  });

  test('grants a part of the permissions if scope asks for it, and then no role', async () => {
    const { body } = await askToken(gateway, { ...asBody(account), scope: 'orders:read' });
    expect(body.scope).toBe('orders:read');
    expect(claimsOf(body.access_token)).toMatchObject({ scope: 'orders:read', roles: [], ver: [1] });
  });

  test('grants nothing beyond the permissions of the service account', async () => {
    const { status, body } = await askToken(gateway, { ...asBody(account), scope: 'orders:read users:read' });
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
  });

  test('issues no token for another audience', async () => {
    for (const name of ['audience', 'resource']) {
      const { status, body } = await askToken(gateway, { ...asBody(account), [name]: 'https://other.example' });
      expect([status, body.error]).toEqual([400, 'invalid_target']);
    }
  });

  test('notes when the account and its secret were last used', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken);
    await askToken(gateway, asBody(made));
    const noted = async (table: string, id: string) => {
      const [row] = await gateway.database.sql<{ last_used_at: Date | null }>(
        `select last_used_at from ${table} where id = $1`,
        [id],
      );
      return row!.last_used_at !== null;
    };
    await until(() => noted('service_accounts', made.id));
    await until(() => noted('service_account_secrets', made.secretId));
  });
});

describe('credentials that do not fit', () => {
  const wrongSecret = 'sp_client_00000000000000000000000000000000000000';
  let other: MadeServiceAccount;
  let deleted: MadeServiceAccount;
  beforeAll(async () => {
    other = await serviceAccountWith(gateway, boss.accessToken);
    deleted = await serviceAccountWith(gateway, boss.accessToken);
    const input = { serviceAccountId: deleted.id };
    await gateway.ask(DELETE_SERVICE_ACCOUNT, { input }, { token: boss.accessToken });
  });

  test('are answered alike, whatever is wrong with them', async () => {
    const { secret: apiKey } = await createdApiKey(gateway, boss.accessToken);
    const given: [string, string][] = [
      [account.id, other.clientSecret],
      [account.id, wrongSecret],
      [account.id, account.clientSecret.slice(0, -1)],
      [account.id, ''],
      [account.id, apiKey],
      ['00000000-0000-7000-8000-000000000000', account.clientSecret],
      ['orders', account.clientSecret],
      [boss.id, boss.password],
      [boss.id, account.clientSecret],
      [deleted.id, deleted.clientSecret],
    ];
    const answers = [];
    for (const [id, secret] of given) {
      const byHeader = await askToken(gateway, CLIENT_CREDENTIALS, basicOf(id, secret));
      const byBody = await askToken(gateway, { ...CLIENT_CREDENTIALS, client_id: id, client_secret: secret });
      for (const { status, headers, body } of [byHeader, byBody])
        answers.push(JSON.stringify([status, headers.get('www-authenticate'), body]));
    }
    expect([...new Set(answers)]).toHaveLength(1);
    expect(JSON.parse(answers[0]!)).toEqual([
      401,
      'Basic realm="Sallyport"',
      { error: 'invalid_client', error_description: expect.any(String) },
    ]);
  });

  test.each([
    ['none', {}, {}],
    ['a bearer', {}, { authorization: 'Bearer x' }],
    ['another scheme', {}, { authorization: 'Digest x' }],
    ['a broken header', {}, { authorization: `Basic ${Buffer.from('%:%').toString('base64')}` }],
    ['no colon', {}, { authorization: `Basic ${Buffer.from('x').toString('base64')}` }],
    ['credentials of RESOURCE_SERVERS', {}, ORDERS],
    ['a client_id alone', { client_id: 'x' }, {}],
    ['a secret alone', { client_secret: 'x' }, {}],
    ['an assertion of no type', { client_assertion: 'x' }, {}],
  ])('are refused: %s', async (_, form, headers) => {
    const answer = await askToken(gateway, { ...CLIENT_CREDENTIALS, ...form }, headers);
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  test('are refused as a whole where they come by two methods, right as they may be', async () => {
    const header = basicOf(account.id, account.clientSecret);
    const assertion = {
      client_assertion: 'x',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    for (const [form, headers] of [
      [asBody(account), header],
      [{ ...CLIENT_CREDENTIALS, ...assertion }, header],
      [{ ...asBody(account), ...assertion }, {}],
      [{ ...CLIENT_CREDENTIALS, client_id: other.id }, header],
    ] as const) {
      const { status, body } = await askToken(gateway, form, headers);
      expect([status, body.error]).toEqual([400, 'invalid_request']);
    }
  });

  test('are refused where one parameter is given twice', async () => {
    const { status, body } = await askToken(gateway, `${new URLSearchParams(asBody(account))}&client_id=${other.id}`);
    expect([status, body.error]).toEqual([400, 'invalid_request']);
  });

  test('are refused in a body of another type, and in the query', async () => {
    const asJson = await gateway.http('/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asBody(account)),
    });
    expect([asJson.status, await errorIn(asJson)]).toEqual([415, 'invalid_request']);
    const inQuery = await postForm(gateway, `/oauth/token?${new URLSearchParams(asBody(account))}`, {});
    expect([inQuery.status, await errorIn(inQuery)]).toEqual([400, 'unsupported_grant_type']);
  });

  test('are written to the audit log, without what was given as a secret', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken);
    await askToken(gateway, { ...CLIENT_CREDENTIALS, client_id: made.id, client_secret: other.clientSecret });
    const events = await gateway.database.sql(
      `select outcome, code, actor_id, details from audit_events where action = 'issueToken' and subject_id = $1`,
      [made.id],
    );
    expect(events).toEqual([{ outcome: 'REFUSED', code: 'INVALID_CREDENTIALS', actor_id: null, details: null }]);
  });

  test('write nothing into the activity of a user whose id a stranger sends', async () => {
    await askToken(gateway, { ...CLIENT_CREDENTIALS, client_id: boss.id, client_secret: other.clientSecret });
    const events = await gateway.database.sql(
      `select subject_id from audit_events where action = 'issueToken' and (subject_id = $1 or actor_id = $1)`,
      [boss.id],
    );
    expect(events).toEqual([]);
  });
});

test('many wrong secrets are answered with 429, and the right one still with a token', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '0.05', REDIS_URL: '' });
  const made = await serviceAccountWith(strict, (await admin(strict)).accessToken);
  const wrong = { ...CLIENT_CREDENTIALS, client_id: made.id, client_secret: 'x' };
  const statuses = [];
  for (let tried = 0; tried < 5; tried++) statuses.push((await askToken(strict, wrong)).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  const limited = await askToken(strict, wrong);
  expect(limited.body.error).toBe('temporarily_unavailable');
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await askToken(strict, asBody(made))).status).toBe(200);
});

test('the metadata name the grant and the methods of authentication', async () => {
  const metadata = await (await gateway.http('/.well-known/oauth-authorization-server')).json();
  expect(metadata).toMatchObject({
    grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['ES256', 'RS256', 'EdDSA']),
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { SUSPEND_USER, UPDATE_USER_ROLES } from '../support/administration.js';
import { PERMISSIONS } from '../support/authorization-table.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, REFRESH, type SignedInPerson, signedInPerson } from '../support/people.js';
import { basic, introspect, ORDERS, ORDERS_SECRET, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';

let gateway: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
});

const status = async (answer: Promise<Response>) => (await answer).status;

describe('introspection', () => {
  test('returns the claims of a live access token', async () => {
    const { accessToken, id, sessionId } = await signedInPerson(gateway);
    const answer = await postForm(gateway, '/oauth/introspect', { token: accessToken }, ORDERS);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject({
      active: true,
      token_type: 'Bearer',
      iss: gateway.config.publicUrl,
      sub: id,
      sid: sessionId,
      scope: '',
      roles: ['user'],
      amr: ['pwd'],
      exp: expect.any(Number),
      auth_time: expect.any(Number),
    });
  });

  test('says of everything else that it is not active, and not why', async () => {
    const { accessToken, refreshToken } = await signedInPerson(gateway);
    const another = `${accessToken.slice(0, -4)}AAAA`;
    for (const token of [another, refreshToken, 'x', accessToken.split('.').slice(0, 2).join('.')])
      expect(await introspect(gateway, token)).toEqual({ active: false });
    gateway.clock.advance(gateway.config.accessTokenLifetime + 60_000);
    try {
      expect(await introspect(gateway, accessToken)).toEqual({ active: false });
    } finally {
      gateway.clock.advance(-gateway.config.accessTokenLifetime - 60_000);
    }
  });

  test('refuses a token as soon as logout, a suspension or a change of roles has answered, in every process', async () => {
    const other = await gateway.replica();
    const [ada, eve, bob] = [
      await signedInPerson(gateway),
      await signedInPerson(gateway),
      await signedInPerson(gateway),
    ];
    for (const { accessToken } of [ada, eve, bob])
      expect(await introspect(other, accessToken)).toMatchObject({ active: true });
    await gateway.ask(LOGOUT, {}, { token: ada.accessToken });
    expect(await introspect(other, ada.accessToken)).toEqual({ active: false });
    await gateway.ask(SUSPEND_USER, { input: { userId: eve.id, reason: 'Test.' } }, { token: boss.accessToken });
    expect(await introspect(other, eve.accessToken)).toEqual({ active: false });
    await gateway.ask(
      UPDATE_USER_ROLES,
      { input: { userId: bob.id, roles: ['user', 'admin'] } },
      { token: boss.accessToken },
    );
    expect(await introspect(other, bob.accessToken)).toEqual({ active: false });
  });

  test('reveals nothing to services that RESOURCE_SERVERS does not name', async () => {
    const { accessToken: token } = await signedInPerson(gateway);
    const wrong = [
      {},
      { authorization: basic('orders', `${ORDERS_SECRET}x`) },
      { authorization: basic('orders', ORDERS_SECRET.slice(0, -1)) },
      { authorization: basic('other', ORDERS_SECRET) },
      { authorization: basic('', '') },
      { authorization: `Bearer ${token}` },
      { authorization: `Bearer ${ORDERS_SECRET}` },
      { authorization: 'Basic' },
    ];
    for (const headers of wrong) {
      const answer = await postForm(gateway, '/oauth/introspect', { token }, headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Sallyport"');
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' });
    }
    const closed = await startGateway();
    expect(await status(postForm(closed, '/oauth/introspect', { token }, ORDERS))).toBe(401);
  });

  test('wants one token, as a form, in the body', async () => {
    const { accessToken: token } = await signedInPerson(gateway);
    expect(await status(postForm(gateway, '/oauth/introspect', {}, ORDERS))).toBe(400);
    expect(await status(postForm(gateway, '/oauth/introspect', `token=${token}&token=x`, ORDERS))).toBe(400);
    expect(await status(postForm(gateway, `/oauth/introspect?token=${token}`, {}, ORDERS))).toBe(400);
    expect(await status(postForm(gateway, '/oauth/introspect', { token: 'x'.repeat(40_000) }, ORDERS))).toBe(413);
    const json = { method: 'POST', headers: { ...ORDERS, 'content-type': 'application/json' }, body: '{}' };
    expect(await status(gateway.http('/oauth/introspect', json))).toBe(415);
    expect(await status(gateway.http('/oauth/introspect', { headers: ORDERS }))).toBe(404);
  });
});

describe('revocation', () => {
  const revoke = (token: string, at = gateway) => status(postForm(at, '/oauth/revoke', { token }));

  test('ends the session of an access token, and of a refresh token', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    expect(await revoke(ada.accessToken)).toBe(200);
    expect(await introspect(gateway, ada.accessToken)).toEqual({ active: false });
    expect((await gateway.gql(REFRESH, { input: { refreshToken: ada.refreshToken } })).errors).not.toEqual([]);
    expect(await revoke(eve.refreshToken)).toBe(200);
    expect(await introspect(gateway, eve.accessToken)).toEqual({ active: false });
    const rows = await gateway.database.sql(
      `select action from audit_events where subject_id in ($1, $2) and action = 'logout' and outcome = 'SUCCEEDED'`,
      [ada.id, eve.id],
    );
    expect(rows).toHaveLength(2);
  });

  test('answers alike where there is nothing to end, and wants a token', async () => {
    const { accessToken } = await signedInPerson(gateway);
    expect([
      await revoke(accessToken),
      await revoke(accessToken),
      await revoke('x'),
      await revoke('x'.repeat(43)),
    ]).toEqual([200, 200, 200, 200]);
    expect(await status(postForm(gateway, '/oauth/revoke', {}))).toBe(400);
  });

  test('looks at no cookie and at no header: a page of another origin ends nothing', async () => {
    const { accessToken, refreshToken } = await signedInPerson(gateway);
    const headers = { cookie: `sallyport-refresh=${refreshToken}`, authorization: `Bearer ${accessToken}` };
    expect(await status(postForm(gateway, '/oauth/revoke', {}, { ...headers, origin: 'https://evil.example' }))).toBe(
      400,
    );
    expect(await introspect(gateway, accessToken)).toMatchObject({ active: true });
  });
});

test('the metadata of the resource names the issuer of its tokens (RFC 9728)', async () => {
  const answer = await gateway.http('/.well-known/oauth-protected-resource');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  const at = gateway.config.publicUrl;
  expect(await answer.json()).toEqual({
    resource: at,
    authorization_servers: [at],
    jwks_uri: `${at}/.well-known/jwks.json`,
    scopes_supported: PERMISSIONS,
    bearer_methods_supported: ['header'],
    resource_name: 'Sallyport',
  });
});

test.each([
  ['RFC 8414', 'oauth-authorization-server'],
  ['OpenID Connect Discovery', 'openid-configuration'],
])('the metadata names what verifiers need (%s)', async (_, name) => {
  const answer = await gateway.http(`/.well-known/${name}`);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  const metadata = (await answer.json()) as Record<string, string>;
  const at = gateway.config.publicUrl;
  expect(metadata).toMatchObject({
    issuer: at,
    jwks_uri: `${at}/.well-known/jwks.json`,
    token_endpoint: `${at}/oauth/token`,
    grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    introspection_endpoint: `${at}/oauth/introspect`,
    revocation_endpoint: `${at}/oauth/revoke`,
    access_token_signing_alg_values_supported: ['ES256'],
    id_token_signing_alg_values_supported: ['ES256'],
    acr_values_supported: ['urn:sallyport:acr:1', 'urn:sallyport:acr:2', 'phr'],
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf, mutation, SUSPEND_USER, UPDATE_ROLE } from '../support/administration.js';
import { CREATE_API_KEY, createdApiKey, exchangeOf, REVOKE_API_KEY } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, ME, type SignedInPerson, signedInPerson } from '../support/people.js';
import { introspect, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';

let gateway: TestGateway;
let other: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  other = await gateway.replica();
  boss = await admin(gateway);
});

async function exchange(secret: string, more: Record<string, string> = {}) {
  const answer = await postForm(gateway, '/oauth/token', exchangeOf(secret, more));
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, any> };
}

async function exchanged(secret: string): Promise<string> {
  const { body } = await exchange(secret);
  return body.access_token;
}

const revocations = (key: string) => gateway.database.sql('select kind from revocations where key = $1', [key]);

describe('POST /oauth/token', () => {
  test('returns a short-lived token of the user for a key, as RFC 8693 asks', async () => {
    const ada = await holderOf(gateway, ['orders:read', 'orders:write']);
    const given = { permissions: ['orders:read', 'orders:write'] };
    const { secret, apiKey } = await createdApiKey(gateway, ada.accessToken, given);
    const { status, headers, body } = await exchange(secret);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'orders:read orders:write',
    });
    expect(await introspect(gateway, body.access_token)).toMatchObject({
      active: true,
      sub: ada.id,
      sid: apiKey.id,
      roles: [],
      amr: ['api_key'],
      acr: '0',
    });
    expect((await gateway.gql(ME, {}, { token: body.access_token })).data!.me.id).toBe(ada.id);
  });

  test('narrows the scope where one is asked for, and never widens it', async () => {
    const ada = await holderOf(gateway, ['orders:read', 'orders:write']);
    const { secret } = await createdApiKey(gateway, ada.accessToken, { permissions: ['orders:read'] });
    expect((await exchange(secret, { scope: 'orders:read' })).body.scope).toBe('orders:read');
    const wide = await exchange(secret, { scope: 'orders:read orders:write' });
    expect([wide.status, wide.body.error]).toEqual([400, 'invalid_scope']);
  });

  test('outlives neither the key nor five minutes', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const expiresAt = new Date(gateway.clock.now().getTime() + 60_000).toISOString();
    const { secret } = await createdApiKey(gateway, accessToken, { expiresAt });
    expect((await exchange(secret)).body.expires_in).toBeLessThanOrEqual(60);
  });

  test('takes API keys alone: a token is not exchanged for a longer life', async () => {
    const ada = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, ada.accessToken);
    for (const token of [await exchanged(secret), ada.accessToken, ada.refreshToken, 'x', secret.toUpperCase()]) {
      const { status, body } = await exchange(token);
      expect([status, body.error]).toEqual([400, 'invalid_request']);
    }
  });

  test.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }, 'invalid_request'],
    [{ requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }, 'invalid_request'],
    [{ actor_token: 'x' }, 'invalid_request'],
    [{ audience: 'https://elsewhere.example' }, 'invalid_target'],
    [{ resource: 'https://elsewhere.example' }, 'invalid_target'],
  ])('refuses %j', async (more, error) => {
    const { accessToken } = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, accessToken);
    const { status, body } = await exchange(secret, more);
    expect([status, body.error]).toEqual([400, error]);
  });
});

describe('a token that was given for a key', () => {
  test('is refused where the key is: sessions, credentials, keys', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const { secret, apiKey } = await createdApiKey(gateway, accessToken);
    const token = await exchanged(secret);
    expectCode(await gateway.gql(LOGOUT, {}, { token }), 'FORBIDDEN');
    expectCode(
      await gateway.gql(mutation('updateProfile', 'UpdateProfileInput', 'id'), { input: {} }, { token }),
      'FORBIDDEN',
    );
    expectCode(await gateway.gql(CREATE_API_KEY, { input: { name: 'x', permissions: [] } }, { token }), 'FORBIDDEN');
    expectCode(await gateway.gql(REVOKE_API_KEY, { input: { apiKeyId: apiKey.id } }, { token }), 'FORBIDDEN');
  });

  test('dies with the key in every process, and the feed says so', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const { secret, apiKey } = await createdApiKey(gateway, accessToken);
    const token = await exchanged(secret);
    for (const at of [gateway, other]) expect((await at.gql(ME, {}, { token })).errors).toEqual([]);
    await gateway.ask(REVOKE_API_KEY, { input: { apiKeyId: apiKey.id } }, { token: accessToken });
    for (const at of [gateway, other]) expectCode(await at.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    expect(await introspect(other, token)).toEqual({ active: false });
    expect(await revocations(apiKey.id)).toEqual([{ kind: 'session' }]);
    expect((await exchange(secret)).body.error).toBe('invalid_request');
  });

  test('dies with the suspension of the user', async () => {
    const ada = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, ada.accessToken);
    const token = await exchanged(secret);
    expect((await other.gql(ME, {}, { token })).errors).toEqual([]);
    await gateway.ask(SUSPEND_USER, { input: { userId: ada.id } }, { token: boss.accessToken });
    expectCode(await other.gql(ME, {}, { token }), 'TOKEN_REVOKED');
  });

  test('dies when a role of the user loses a permission, and the feed says so, though it names no role', async () => {
    const ada = await holderOf(gateway, ['orders:read', 'orders:write']);
    const { secret } = await createdApiKey(gateway, ada.accessToken, { permissions: ['orders:write'] });
    const token = await exchanged(secret);
    expect((await other.gql(ME, {}, { token })).errors).toEqual([]);
    await gateway.ask(
      UPDATE_ROLE,
      { input: { name: ada.role, permissions: ['orders:read'] } },
      { token: boss.accessToken },
    );
    expectCode(await other.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    expect(await revocations(ada.id)).toEqual([{ kind: 'user' }]);
    expect((await exchange(secret)).body.scope).toBe('');
  });
});

test('POST /oauth/revoke ends a key, by itself or by a token that was given for it, and nothing else of the user', async () => {
  const ada = await signedInPerson(gateway);
  const [one, two] = [await createdApiKey(gateway, ada.accessToken), await createdApiKey(gateway, ada.accessToken)];
  for (const [token, { secret }] of [
    [one.secret, one],
    [await exchanged(two.secret), two],
  ] as const) {
    expect((await postForm(gateway, '/oauth/revoke', { token })).status).toBe(200);
    expectCode(await other.gql(ME, {}, { token: secret }), 'API_KEY_REVOKED');
  }
  expect((await gateway.gql(ME, {}, { token: ada.accessToken })).errors).toEqual([]);
  const events = await gateway.database.sql(
    `select from audit_events where action = 'revokeApiKey' and subject_id = $1`,
    [ada.id],
  );
  expect(events).toHaveLength(2);
});

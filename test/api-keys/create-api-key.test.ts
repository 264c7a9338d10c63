import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { holderOf } from '../support/administration.js';
import { API_KEYS, CREATE_API_KEY, createdApiKey, REVOKE_API_KEY } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { signedInPerson, signIn } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const create = (token: string, input: object) =>
  gateway.gql(CREATE_API_KEY, { input: { name: 'CI', permissions: [], ...input } }, { token });
const keysOf = async (token: string) => (await gateway.ask(API_KEYS, {}, { token })).me.apiKeys as { id: string }[];

describe('createApiKey', () => {
  test('shows the secret once, stores only its hash, mails the user and records an event', async () => {
    const ada = await holderOf(gateway, ['orders:read', 'orders:write']);
    const { secret, apiKey } = await createdApiKey(gateway, ada.accessToken, { permissions: ['orders:read'] });
    expect(apiKey).toMatchObject({
      name: 'Nightly export',
      prefix: secret.slice(0, 12),
      permissions: ['orders:read'],
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await keysOf(ada.accessToken)).toEqual([apiKey]);
    const [row] = await gateway.database.sql<{ secret_hash: Buffer; all: string }>(
      'select secret_hash, k::text as all from api_keys k where id = $1',
      [apiKey.id],
    );
    expect(row!.secret_hash).toEqual(createHash('sha256').update(secret).digest());
    expect(row!.all).not.toContain(secret.slice(12));
    const mail = await gateway.mailbox.lastTo(ada.email, 'api-key-created');
    expect(mail.text).toContain(apiKey.prefix);
    expect(mail.text).not.toContain(secret.slice(0, 16));
    const [event] = await gateway.database.sql<{ details: object }>(
      `select details from audit_events where action = 'createApiKey' and actor_id = $1`,
      [ada.id],
    );
    expect(event!.details).toEqual({ prefix: apiKey.prefix, permissions: ['orders:read'] });
  });

  test('makes secrets that a scanner recognises by form and checksum, as the documentation says', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (let each = 0; each < 3; each++) {
      const { secret } = await createdApiKey(gateway, accessToken);
      expect(secret).toMatch(/^sp_live_[0-9A-Za-z]{38}$/);
      const stated = secret
        .slice(-6)
        .split('')
        .reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
      expect(stated).toBe(crc32(secret.slice(8, 40)));
    }
  });

  test('grants no permission that the user does not have, nor one that was withdrawn meanwhile', async () => {
    const eve = await holderOf(gateway, ['orders:read']);
    const refused = await create(eve.accessToken, { permissions: ['orders:read', 'users:write'] });
    expectCode(refused, 'FORBIDDEN');
    expect(refused.errors[0]!.extensions.permission).toBe('users:write');
    await gateway.database.sql(`update roles set permissions = '{}' where name = $1`, [eve.role]);
    expectCode(await create(eve.accessToken, { permissions: ['orders:read'] }), 'FORBIDDEN');
    expect(await keysOf(eve.accessToken)).toEqual([]);
  });

  test('wants a recent authentication', async () => {
    const ada = await signedInPerson(gateway);
    gateway.clock.advance(6 * 60_000);
    expectCode(await create(ada.accessToken, {}), 'REAUTHENTICATION_REQUIRED');
  });

  test('refuses an expiry that has passed, and a name without letters', async () => {
    const ada = await signedInPerson(gateway);
    expectCode(await create(ada.accessToken, { expiresAt: '2020-01-01T00:00:00Z' }), 'BAD_USER_INPUT');
    expectCode(await create(ada.accessToken, { name: '  ' }), 'BAD_USER_INPUT');
    const expiresAt = new Date(gateway.clock.now().getTime() + 60_000).toISOString();
    expect((await createdApiKey(gateway, ada.accessToken, { expiresAt })).apiKey.expiresAt).toBe(expiresAt);
  });

  test('stops at 50 keys that work; one that was revoked makes room', async () => {
    const ada = await signedInPerson(gateway);
    const { apiKey } = await createdApiKey(gateway, ada.accessToken);
    await gateway.database.sql(
      `insert into api_keys (id, user_id, name, prefix, secret_hash, permissions, created_at)
       select gen_random_uuid(), $1, 'x', 'sp_live_xxxx', gen_random_uuid()::text::bytea, '{}', now() from generate_series(1, 49)`,
      [ada.id],
    );
    expectCode(await create(ada.accessToken, {}), 'BAD_USER_INPUT');
    await gateway.ask(REVOKE_API_KEY, { input: { apiKeyId: apiKey.id } }, { token: ada.accessToken });
    expect((await create(ada.accessToken, {})).errors).toEqual([]);
  });
});

test('administrators see the keys of a user, without their secrets', async () => {
  const ada = await signedInPerson(gateway);
  const { apiKey, secret } = await createdApiKey(gateway, ada.accessToken);
  const reader = await holderOf(gateway, ['users:read']);
  const { data, text } = await gateway.gql(
    `query ($id: ID!) { user(id: $id) { apiKeys { id prefix } } }`,
    { id: ada.id },
    { token: (await signIn(gateway, reader)).accessToken },
  );
  expect(data!.user.apiKeys).toEqual([{ id: apiKey.id, prefix: apiKey.prefix }]);
  expect(text).not.toContain(secret.slice(12));
});

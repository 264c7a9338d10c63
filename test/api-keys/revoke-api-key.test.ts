import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { API_KEYS, createdApiKey, REVOKE_API_KEY } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, newEmail, signedInPerson } from '../support/people.js';
import { askEmailChange, CONFIRM_EMAIL_CHANGE } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const keysOf = async (token: string) => (await gateway.ask(API_KEYS, {}, { token })).me.apiKeys as { id: string }[];

describe('revokeApiKey', () => {
  test('revokes a key of one’s own, once', async () => {
    const ada = await signedInPerson(gateway);
    const { apiKey } = await createdApiKey(gateway, ada.accessToken);
    const revoke = () => gateway.ask(REVOKE_API_KEY, { input: { apiKeyId: apiKey.id } }, { token: ada.accessToken });
    const { revokeApiKey } = await revoke();
    expect(revokeApiKey.revokedAt).not.toBeNull();
    expect((await revoke()).revokeApiKey).toEqual(revokeApiKey);
    const events = await gateway.database.sql(
      `select from audit_events where action = 'revokeApiKey' and subject_id = $1`,
      [ada.id],
    );
    expect(events).toHaveLength(1);
  });

  test('does not find the key of another user without users:write, nor an unknown one with it', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const { apiKey } = await createdApiKey(gateway, accessToken);
    const [reader, root] = [await holderOf(gateway, ['users:read', 'sessions:revoke']), await admin(gateway)];
    for (const [apiKeyId, { accessToken: token }] of [
      [apiKey.id, reader],
      ['x', root],
      [reader.id, root],
    ] as const)
      expectCode(await gateway.gql(REVOKE_API_KEY, { input: { apiKeyId } }, { token }), 'NOT_FOUND');
    expect(await keysOf(accessToken)).toMatchObject([{ id: apiKey.id, revokedAt: null }]);
  });

  test('revokes the key of a user without more rights, once, and the user’s mail does not name the administrator', async () => {
    const [ada, writer] = [await signedInPerson(gateway), await holderOf(gateway, ['users:write'])];
    const { apiKey, secret } = await createdApiKey(gateway, ada.accessToken);
    const revoke = () => gateway.ask(REVOKE_API_KEY, { input: { apiKeyId: apiKey.id } }, { token: writer.accessToken });
    const { revokeApiKey } = await revoke();
    expect((await revoke()).revokeApiKey).toEqual(revokeApiKey);
    expectCode(await gateway.gql('{ me { id } }', {}, { token: secret }), 'API_KEY_REVOKED');
    const mail = JSON.stringify(await gateway.mailbox.lastTo(ada.email, 'api-key-revoked'));
    expect(mail).toContain(apiKey.prefix);
    expect(mail).not.toContain(writer.username);
    const events = await gateway.database.sql(
      `select actor_id from audit_events where action = 'revokeApiKey' and subject_id = $1`,
      [ada.id],
    );
    expect(events).toEqual([{ actor_id: writer.id }]);
  });

  test('leaves the key of a user with more rights', async () => {
    const [root, writer] = [await admin(gateway), await holderOf(gateway, ['users:write'])];
    const { apiKey } = await createdApiKey(gateway, root.accessToken);
    const input = { apiKeyId: apiKey.id };
    expectCode(await gateway.gql(REVOKE_API_KEY, { input }, { token: writer.accessToken }), 'FORBIDDEN');
    expect(await keysOf(root.accessToken)).toMatchObject([{ revokedAt: null }]);
  });
});

test('who takes back a change of address revokes the keys of the stranger who was in the account, and keeps the older ones', async () => {
  const ada = await signedInPerson(gateway);
  const old = await createdApiKey(gateway, ada.accessToken);
  await gateway.database.sql(`update api_keys set created_at = created_at - interval '1 year' where id = $1`, [
    old.apiKey.id,
  ]);
  const { apiKey } = await createdApiKey(gateway, ada.accessToken);
  const input = await askEmailChange(gateway, ada, newEmail('eve'));
  await gateway.ask(CONFIRM_EMAIL_CHANGE, { input }, { token: ada.accessToken });
  const { link } = await gateway.mailbox.lastTo(ada.email, 'email-changed');
  const changeToken = new URL(link!).searchParams.get('change');
  await gateway.ask(
    `mutation ($changeToken: String!) { undoEmailChange(input: { changeToken: $changeToken }) { endedSessions } }`,
    {
      changeToken,
    },
  );
  const rows = await gateway.database.sql('select id from api_keys where user_id = $1 and revoked_at is not null', [
    ada.id,
  ]);
  expect(rows).toEqual([{ id: apiKey.id }]);
});

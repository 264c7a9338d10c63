import { beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { registeredPerson } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const stampOf = async (id: string) => {
  const [row] = await gateway.database.sql<{ security_stamp: number }>(
    'select security_stamp from users where id = $1',
    [id],
  );
  return row!.security_stamp;
};

const ADD_APP = `insert into totp_factors (id, user_id, name, created_at, secret, last_step)
                 values (gen_random_uuid(), $1, 'Phone', now(), '', 0)`;

const ADD_PASSKEY = `insert into passkeys (id, user_id, name, created_at, raw_id, public_key, sign_count, transports,
                       backup_eligible, backed_up, aaguid, rp_id)
                     select gen_random_uuid(), $1::uuid, 'Laptop', now(), decode(md5($1::uuid::text), 'hex'), '', 0, '{}', true, true,
                            gen_random_uuid(), 'localhost'`;

test('the removal of a passkey raises the security stamp of the user, and its use does not', async () => {
  const { id } = await registeredPerson(gateway);
  await gateway.database.sql(ADD_PASSKEY, [id]);
  const before = await stampOf(id);
  await gateway.database.sql('update passkeys set sign_count = 1, last_used_at = now() where user_id = $1', [id]);
  expect(await stampOf(id)).toBe(before);
  await gateway.database.sql('delete from passkeys where user_id = $1', [id]);
  expect(await stampOf(id)).toBe(before + 1);
});

test('the removal of an authenticator app raises the security stamp of the user, and its use does not', async () => {
  const { id } = await registeredPerson(gateway);
  await gateway.database.sql(ADD_APP, [id]);
  const before = await stampOf(id);
  await gateway.database.sql('update totp_factors set last_step = 1, last_used_at = now() where user_id = $1', [id]);
  expect(await stampOf(id)).toBe(before);
  await gateway.database.sql('delete from totp_factors where user_id = $1', [id]);
  expect(await stampOf(id)).toBe(before + 1);
});

test.each([
  ['the address', `update users set email = 'moved-' || email where id = $1`],
  ['the verification of the address', 'update users set email_verified_at = null where id = $1'],
  ['a suspension', 'update users set suspended_at = now() where id = $1'],
  ['a deletion', 'update users set deleted_at = now() where id = $1'],
  ['the rights', 'update users set version = version + 1 where id = $1'],
  ['a new password', `update passwords set changed_at = now() + interval '1 second' where user_id = $1`],
  ['the loss of the password', 'delete from passwords where user_id = $1'],
  ['a new authenticator app', ADD_APP],
  ['a new passkey', ADD_PASSKEY],
])('%s raises the security stamp of the user', async (_what, change) => {
  const { id } = await registeredPerson(gateway);
  const before = await stampOf(id);
  await gateway.database.sql(change, [id]);
  expect(await stampOf(id)).toBe(before + 1);
});

test.each([
  ['a sign-in', 'update users set last_login_at = now() where id = $1'],
  ['a new profile', `update users set display_name = 'Ada', updated_at = now() where id = $1`],
  ['an address that is written again as it is', 'update users set email = email where id = $1'],
  ['a new hash of the same password', `update passwords set hash = 'rehashed' where user_id = $1`],
])('%s leaves the security stamp as it is', async (_what, change) => {
  const { id } = await registeredPerson(gateway);
  const before = await stampOf(id);
  await gateway.database.sql(change, [id]);
  expect(await stampOf(id)).toBe(before);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../src/platform/database.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { openTestDatabase } from '../support/open-test-database.js';

/** The last of the previous version: what came after it is undone. */
const BEFORE = '20261128174400_hot-updates';
const AT = '2026-11-01T00:00:00.000Z';
let database: TestDatabase;
let opened: Database;

beforeAll(async () => {
  database = await cloneDatabase();
  opened = await openTestDatabase(database.url);
  await opened.orm.migrator.down({ to: BEFORE });
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

interface Old {
  email: string;
  name: string;
  columns?: Record<string, unknown>;
  role?: string;
}

/** A user as the previous version kept them, with a password, a role, and a code on its way for each purpose. */
async function old({ email, name, columns = {}, role = 'user' }: Old): Promise<void> {
  const row = { email, username: name, display_name: name, created_at: AT, updated_at: AT, ...columns };
  const names = Object.keys(row);
  const [user] = await database.sql<{ id: string }>(
    `insert into users (id, ${names.join()}) values (gen_random_uuid(), ${names.map((_, n) => `$${n + 1}`).join()}) returning id`,
    Object.values(row),
  );
  await database.sql('insert into passwords (user_id, hash, changed_at) values ($1, $2, $3)', [
    user!.id,
    `of ${name}`,
    AT,
  ]);
  await database.sql('insert into user_roles (user_id, role_name, granted_at) values ($1, $2, $3)', [
    user!.id,
    role,
    AT,
  ]);
  for (const purpose of ['VERIFY_EMAIL', 'RESET_PASSWORD']) {
    await database.sql(
      `insert into challenges (id, token_hash, purpose, user_id, email, code_hash, attempts_left, resend_after, expires_at, created_at)
       values (gen_random_uuid(), $1, $2, $3, $4, 'code', 5, $5, $5, $5)`,
      [`${name} ${purpose}`, purpose, user!.id, email, AT],
    );
  }
}

const users = () =>
  database.sql<{ name: string }>('select display_name as name, decoy, self_registered as own from users order by 1');
const pending = () =>
  database.sql(
    `select r.email, username, display_name as name, password_hash as hash, created_at, updated_at,
            array(select c.purpose from challenges c where c.registration_id = r.id) as open
       from pending_registrations r order by email`,
  );
const challengesOf = (email: string) =>
  database.sql('select purpose, user_id is null as nobodys from challenges where email = $1 order by 1', [email]);

const OWN = { self_registered: true };
const DECOY = { ...OWN, decoy: true, deleted_at: AT };

test('what registrations left becomes pending, with its open codes; all accounts in use stay; and there is a way back', async () => {
  await old({ email: 'free@example.com', name: 'never-used', columns: OWN });
  await old({
    email: 'owned@example.com',
    name: 'owner',
    columns: { ...OWN, email_verified_at: AT, last_login_at: AT },
  });
  await old({ email: 'owned@example.com', name: 'decoy', columns: DECOY });
  await old({ email: 'left@example.com', name: 'decoy-of-nobody', columns: DECOY });
  await old({ email: 'used@example.com', name: 'signed-in', columns: { ...OWN, last_login_at: AT } });
  await old({ email: 'rights@example.com', name: 'with-rights', columns: OWN, role: 'admin' });
  await old({ email: 'out@example.com', name: 'suspended', columns: { ...OWN, suspended_at: AT } });
  await old({ email: 'invited@example.com', name: 'made-by-an-administrator' });
  await old({ email: 'gone@example.com', name: 'deleted', columns: { ...OWN, deleted_at: AT } });
  const before = await users();

  await opened.orm.migrator.up();
  const moved = ['decoy', 'decoy-of-nobody', 'never-used'];
  expect(await users()).toEqual(before.filter(({ name }) => !moved.includes(name)));
  const kept = (email: string, name: string) => {
    const at = new Date(AT);
    return { email, username: name, name, hash: `of ${name}`, created_at: at, updated_at: at, open: ['VERIFY_EMAIL'] };
  };
  expect(await pending()).toEqual([
    kept('free@example.com', 'never-used'),
    kept('left@example.com', 'decoy-of-nobody'),
    kept('owned@example.com', 'decoy'),
  ]);
  expect(await challengesOf('free@example.com')).toEqual([
    { purpose: 'RESET_PASSWORD', nobodys: true },
    { purpose: 'VERIFY_EMAIL', nobodys: true },
  ]);
  expect(await challengesOf('used@example.com')).toEqual([
    { purpose: 'RESET_PASSWORD', nobodys: false },
    { purpose: 'VERIFY_EMAIL', nobodys: false },
  ]);

  // Meanwhile an account has taken one of the usernames, and a new registration wants another.
  await old({ email: 'new@example.com', name: 'Never-Used' });
  await database.sql(
    `insert into pending_registrations (id, email, username, display_name, created_at, updated_at)
     values (gen_random_uuid(), 'again@example.com', 'DECOY', 'again', now(), now())`,
  );
  await opened.orm.migrator.down({ to: BEFORE });
  const back = await database.sql(
    `select display_name as name, username, decoy, deleted_at is not null as deleted,
            array(select role_name::text from user_roles where user_id = u.id) as roles,
            (select hash from passwords where user_id = u.id) as hash,
            array(select purpose from challenges where user_id = u.id) as open
       from users u where display_name = any($1) order by 1`,
    [[...moved, 'again']],
  );
  const rest = { roles: ['user'], open: ['VERIFY_EMAIL'] };
  expect(back).toEqual([
    { name: 'again', username: null, decoy: false, deleted: false, roles: ['user'], hash: null, open: [] },
    { name: 'decoy', username: 'decoy', decoy: true, deleted: true, hash: 'of decoy', ...rest },
    {
      name: 'decoy-of-nobody',
      username: 'decoy-of-nobody',
      decoy: false,
      deleted: false,
      hash: 'of decoy-of-nobody',
      ...rest,
    },
    { name: 'never-used', username: null, decoy: false, deleted: false, hash: 'of never-used', ...rest },
  ]);
  await opened.orm.migrator.up();
  expect(await pending()).toHaveLength(4);
});

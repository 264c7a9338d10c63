import { expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, newEmail, registeredPerson, signIn } from '../support/people.js';
import { countedOnceClosed } from '../support/statistics.js';

const USERS = /* GraphQL */ `
  query ($direction: OrderDirection!, $search: String) {
    users(first: 20, search: $search, orderBy: { field: LAST_LOGIN_AT, direction: $direction }) {
      nodes {
        email
        lastLoginAt
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`;

test('people by their last sign-in are read from an index in its order, those who never signed in too', async () => {
  const gateway = await startGateway();
  const { sql } = gateway.database;
  const chief = await admin(gateway);
  await sql(
    `insert into users (id, email, last_login_at, created_at, updated_at)
     select gen_random_uuid(), 'p' || n || '@crowd.example', case when n > 500 then now() - n * interval '1 hour' end, now(), now()
       from generate_series(1, 4000) n`,
  );
  await sql('analyze users, last_logins');
  const before = await reads(gateway);
  const measured = await gateway.replica();
  for (const direction of ['ASC', 'DESC']) {
    const { users } = await measured.ask(USERS, { direction }, { token: chief.accessToken });
    expect(users.nodes).toHaveLength(20);
    expect(users.nodes.every(({ lastLoginAt }: any) => (lastLoginAt === null) === (direction === 'ASC'))).toBe(true);
  }
  const after = await reads(measured);
  // The planner itself looks at both ends of an index.
  expect(after.ordered - before.ordered).toBeGreaterThanOrEqual(2 * 21);
  expect(after.ordered - before.ordered).toBeLessThan(100);
  expect(after.scanned - before.scanned).toBe(0);
});

test('the order follows every way in which the last sign-in is written, and its people when they go', async () => {
  const gateway = await startGateway();
  const chief = await admin(gateway);
  const tag = newEmail('order').split('@')[0]!;
  const [one, two] = [
    await registeredPerson(gateway, { email: `${tag}1@example.com` }),
    await registeredPerson(gateway, { email: `${tag}2@example.com` }),
  ];
  const order = async () => {
    const { users } = await gateway.ask(USERS, { direction: 'DESC', search: tag }, { token: chief.accessToken });
    return users.nodes.map(({ email }: any) => email);
  };
  expect(await order()).toEqual([two.email, one.email]);
  await signIn(gateway, one);
  expect(await order()).toEqual([one.email, two.email]);
  // As the previous version writes it.
  await gateway.database.sql(`update users set last_login_at = now() + interval '1 hour' where id = $1`, [two.id]);
  expect(await order()).toEqual([two.email, one.email]);
  await gateway.database.sql('delete from users where id = $1', [two.id]);
  expect(await order()).toEqual([one.email]);
  const [left] = await gateway.database.sql(
    `select (select count(*) from users) = (select count(*) from last_logins) as same`,
  );
  expect(left).toEqual({ same: true });
});

async function reads(gateway: TestGateway): Promise<{ ordered: number; scanned: number }> {
  await countedOnceClosed(gateway);
  const [row] = await gateway.database.sql<{ ordered: number; scanned: number }>(
    `select (select idx_tup_read::int from pg_stat_user_indexes where indexrelname = 'last_logins_in_order') as ordered,
            (select sum(seq_tup_read)::int from pg_stat_user_tables where relname in ('users', 'last_logins')) as scanned`,
  );
  return row!;
}

import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { type Answer, expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';

let gateway: TestGateway;
let chief: SignedInPerson;

const USERS = /* GraphQL */ `
  query (
    $first: Int
    $after: String
    $last: Int
    $before: String
    $search: String
    $filter: UserFilter
    $orderBy: UserOrder
  ) {
    users(
      first: $first
      after: $after
      last: $last
      before: $before
      search: $search
      filter: $filter
      orderBy: $orderBy
    ) {
      nodes {
        email
      }
      edges {
        cursor
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      totalCount
    }
  }
`;

const PEOPLE = 57;

beforeAll(async () => {
  gateway = await startGateway();
  chief = await admin(gateway);
  // Of microseconds that no JavaScript date can hold, several in one instant, a third of them never signed in.
  await gateway.database.sql(
    `INSERT INTO users (id, email, username, display_name, email_verified_at, suspended_at, last_login_at, created_at, updated_at, deleted_at)
     SELECT gen_random_uuid(), 'p' || lpad(n::text, 3, '0') || '@crowd.example', 'crowd_' || n, 'Person Nummer ' || n,
            CASE WHEN n % 5 > 0 THEN now() END, CASE WHEN n % 7 = 0 THEN now() END,
            CASE WHEN n % 3 > 0 THEN '2026-02-01'::timestamptz + (n / 4) * interval '1 second 7 microseconds' END,
            '2026-01-01'::timestamptz + (n / 3) * interval '3 microseconds', now(), CASE WHEN n % 19 = 0 THEN now() END
       FROM generate_series(1, $1::int) n`,
    [PEOPLE],
  );
});

const ask = (variables: object, token = chief.accessToken) => gateway.gql(USERS, { ...variables }, { token });
const page = async (variables: object) => {
  const { data, errors } = await ask({ search: '@crowd.example', ...variables });
  expect(errors).toEqual([]);
  return data!.users;
};
const emails = ({ nodes }: { nodes: { email: string }[] }) => nodes.map(({ email }) => email);

describe('pages', () => {
  test.each([
    ['CREATED_AT', 'ASC'],
    ['CREATED_AT', 'DESC'],
    ['EMAIL', 'ASC'],
    ['EMAIL', 'DESC'],
    ['LAST_LOGIN_AT', 'ASC'],
    ['LAST_LOGIN_AT', 'DESC'],
  ])('by %s %s contain each user once, and backward is the same order reversed', async (field, direction) => {
    const orderBy = { field, direction };
    const forward: string[] = [];
    let after: string | null = null;
    do {
      const one: any = await page({ first: 7, after, orderBy });
      expect(one.pageInfo.hasPreviousPage).toBe(after !== null);
      forward.push(...emails(one));
      after = one.pageInfo.hasNextPage ? one.pageInfo.endCursor : null;
    } while (after);
    expect(new Set(forward).size).toBe(PEOPLE - 3);
    expect(forward).toHaveLength(PEOPLE - 3);
    if (field === 'EMAIL')
      expect(forward).toEqual([...forward].sort(direction === 'ASC' ? undefined : (a, b) => (a < b ? 1 : -1)));

    const backward: string[] = [];
    let before: string | null = null;
    do {
      const one: any = await page({ last: 7, before, orderBy });
      backward.unshift(...emails(one));
      before = one.pageInfo.hasPreviousPage ? one.pageInfo.startCursor : null;
    } while (before);
    expect(backward).toEqual(forward);
  });

  test('users who never signed in come first by last sign-in', async () => {
    const found = emails(await page({ first: 18, orderBy: { field: 'LAST_LOGIN_AT' } }));
    expect(found.every((email) => Number(email.slice(1, 4)) % 3 === 0)).toBe(true);
  });

  test('are not shifted by people who come meanwhile', async () => {
    const orderBy = { field: 'EMAIL', direction: 'ASC' };
    const one = await page({ first: 5, orderBy });
    await gateway.database.sql(
      `INSERT INTO users (id, email, created_at, updated_at) VALUES (gen_random_uuid(), 'a-first@crowd.example', now(), now())`,
    );
    const two = await page({ first: 1, after: one.pageInfo.endCursor, orderBy });
    expect(emails(two)).toEqual(['p006@crowd.example']);
    await gateway.database.sql(`DELETE FROM users WHERE email = 'a-first@crowd.example'`);
  });

  test('are 20 long unless said otherwise, the newest first, and at most 100', async () => {
    expect((await page({})).nodes).toHaveLength(20);
    expect(emails(await page({ first: 3 }))).toContain('p056@crowd.example');
    expect((await page({ first: 0 })).nodes).toEqual([]);
    for (const wrong of [{ first: 101 }, { first: -1 }, { last: 101 }, { first: 1, last: 1 }]) {
      expectCode(await ask(wrong), 'BAD_USER_INPUT');
    }
  });

  test.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['another order', cursor('EMAIL', 'a@example.com')],
    ['a key of another type', cursor('CREATED_AT', 1)],
    ['a day that is not in the calendar', cursor('CREATED_AT', '2026-02-30T00:00:00+00:00')],
    ['an id that is none', cursor('CREATED_AT', '2026-02-03T00:00:00+00:00', "' or 1=1")],
    ['an object', Buffer.from('{"a":1}').toString('base64url')],
    ['far too much', 'x'.repeat(5000)],
  ])('a cursor of %s is BAD_USER_INPUT', async (_, after) => {
    expectCode(await ask({ after }), 'BAD_USER_INPUT');
  });

  test('a NUL in the key of a cursor never reaches the database', async () => {
    expectCode(await ask({ after: cursor('EMAIL', 'a\0'), orderBy: { field: 'EMAIL' } }), 'BAD_USER_INPUT');
  });
});

describe('search', () => {
  const found = async (search: string) => emails((await ask({ search, first: 100 })).data!.users);

  test('finds parts of address, username and display name, in any case', async () => {
    expect(await found('P042@CROWD')).toEqual(['p042@crowd.example']);
    expect(await found('crowd_33')).toEqual(['p033@crowd.example']);
    expect(await found('nummer 41')).toEqual(['p041@crowd.example']);
  });

  test('takes one or two letters as the beginning of a word', async () => {
    expect(await found('Nu')).toHaveLength(PEOPLE - 3);
    expect(await found('um')).toEqual([]);
  });

  test('takes wildcards as what they are', async () => {
    expect(await found('%%%')).toEqual([]);
    expect(await found('p0_2@')).toEqual([]);
    expect(await found('\\\\\\')).toEqual([]);
    expectCode(await ask({ search: 'a\0b' }), 'BAD_USER_INPUT');
    expectCode(await ask({ search: 'x'.repeat(255) }), 'BAD_USER_INPUT');
  });
});

describe('filters', () => {
  const numbers = async (filter: object) => {
    const { nodes } = await page({ filter, first: 100 });
    return nodes.map(({ email }: { email: string }) => Number(email.slice(1, 4))).sort((a: number, b: number) => a - b);
  };
  const all = Array.from({ length: PEOPLE }, (_, index) => index + 1);
  const live = all.filter((n) => n % 19 > 0);

  test('by status', async () => {
    expect(await numbers({ status: 'SUSPENDED' })).toEqual(live.filter((n) => n % 7 === 0));
    expect(await numbers({ status: 'UNVERIFIED' })).toEqual(live.filter((n) => n % 7 > 0 && n % 5 === 0));
    expect(await numbers({ status: 'ACTIVE' })).toEqual(live.filter((n) => n % 7 > 0 && n % 5 > 0));
  });

  test('by verified address, by deletion, by the time of creation', async () => {
    expect(await numbers({ emailVerified: false })).toEqual(live.filter((n) => n % 5 === 0));
    expect(await numbers({ deleted: true })).toEqual(all.filter((n) => n % 19 === 0));
    expect(await numbers({ createdAfter: '2026-01-01T00:00:00Z', createdBefore: '2026-01-01T00:00:01Z' })).toEqual(
      live.filter((n) => n > 2),
    );
    expect(await numbers({ createdAfter: '2026-01-02T00:00:00Z' })).toEqual([]);
  });

  test('by role', async () => {
    const holder = await holderOf(gateway, ['orders:read']);
    const { data } = await ask({ filter: { role: holder.role } });
    expect(emails(data!.users)).toEqual([holder.email]);
    expect((await ask({ filter: { role: 'no-such-role' } })).data!.users.nodes).toEqual([]);
    expectCode(await ask({ filter: { role: 'a\0' } }), 'BAD_USER_INPUT');
  });
});

test('the total is exact for a thousand, and an estimate of the right size beyond', async () => {
  expect((await page({ first: 1 })).totalCount).toBe(PEOPLE - 3);
  const own = await startGateway();
  const boss = await admin(own);
  await own.database.sql(
    `INSERT INTO users (id, email, created_at, updated_at)
     SELECT gen_random_uuid(), 'many' || n || '@example.com', now(), now() FROM generate_series(1, 5000) n`,
  );
  await own.database.sql('ANALYZE users');
  const { users } = await own.ask('{ users(first: 1) { totalCount } }', {}, { token: boss.accessToken });
  expect(users.totalCount).toBeGreaterThan(4500);
  expect(users.totalCount).toBeLessThan(5500);
});

test('a page of a hundred with roles and sessions costs as many statements as a page of one', async () => {
  const query = (first: number) =>
    `{ users(first: ${first}) { nodes { email roles { name } sessions { id } } totalCount } }`;
  const { errors, data }: Answer<any> = await gateway.gql(query(100), {}, { token: chief.accessToken });
  expect(errors).toEqual([]);
  const self = data.users.nodes.find(({ email }: { email: string }) => email === chief.email);
  expect(self.roles).toEqual([{ name: 'admin' }, { name: 'user' }]);
  expect(self.sessions).toHaveLength(1);
});

test('without users:read there is no list', async () => {
  const writer = await holderOf(gateway, ['users:write', 'audit:read', 'roles:read']);
  const answer = await ask({}, writer.accessToken);
  expectCode(answer, 'FORBIDDEN');
  expect(answer.errors[0]?.extensions.permission).toBe('users:read');
});

function cursor(order: string, key: unknown, id = '00000000-0000-7000-8000-000000000000'): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString('base64url');
}

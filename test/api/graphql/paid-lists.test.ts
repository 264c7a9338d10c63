import { beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLField } from 'graphql';
import { buildGatewaySchema } from '../../../src/api/graphql/schema.js';
import { Refusal } from '../../../src/errors.js';
import { REQUEST_LIMITS } from '../../../src/platform/request-limits.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { admin, type SignedInPerson, signedInPerson } from '../../support/people.js';
import { getNullableType, isListType, isObjectType } from '../../support/product-packages.js';
import { tapWire } from '../../support/wire.js';

const ALLOWED = REQUEST_LIMITS.rows.allowed;

describe('the schema', () => {
  const fields = Object.values(buildGatewaySchema().getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })));
  const isList = ({ type }: GraphQLField<unknown, unknown>) => /\[/.test(String(type));
  const isConnection = ({ type }: GraphQLField<unknown, unknown>) => /Connection!?$/.test(String(type));
  const lists = fields.filter(({ field }) => isList(field) || isConnection(field));

  /** Has no rows left, and nothing else: a resolver that uses anything has read before it paid. */
  const broke = () =>
    new Proxy<object>(
      { pages: { left: 0 } },
      {
        get(target, name) {
          if (name === 'pages') return Reflect.get(target, name);
          throw new Error(`${String(name)} was used before the list was paid for`);
        },
      },
    );

  test('has a list on every path that is known to lead to many rows', () => {
    expect(lists.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'Query.users',
        'Query.auditEvents',
        'Query.roles',
        'Query._entities',
        'User.activity',
        'User.sessions',
        'User.roles',
        'User.permissions',
        'Role.permissions',
        'AuthSettings.errors',
        'UserConnection.nodes',
        'UserConnection.edges',
        'AuditEventConnection.nodes',
        'AuditEventConnection.edges',
        'Query.webhooks',
        'Mutation.redeliverWebhook',
        'WebhookDelivery.attempts',
        'Webhook.deliveries',
      ]),
    );
  });

  test.each(lists)('$name draws on the rows of the request before anything is read', async ({ field }) => {
    const parent = { id: 'x', [field.name]: [1, 2, 3] };
    const args = { representations: [{ __typename: 'User', id: 'x' }] };
    const resolve = async () => field.resolve!(parent, args, broke(), {} as never);
    await expect(resolve()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', extensions: { limit: 'rows' } });
  });

  const plain = lists.filter(({ field }) => isList(field) && isListType(getNullableType(field.type)));
  const read = new Set([
    'Query.roles',
    'Query.webhooks',
    'Mutation.redeliverWebhook',
    'WebhookDelivery.attempts',
    'Query._entities',
    'User.factors',
    'User.identities',
    'User.apiKeys',
    'ServiceAccount.roles',
    'ServiceAccount.permissions',
    'ServiceAccount.secrets',
    'User.dataExports',
    'User.sessions',
    'User.roles',
    'User.permissions',
  ]);

  test.each(plain.filter(({ name }) => !read.has(name)))(
    '$name draws each row that it answers, and draws it again for each alias',
    ({ name, field }) => {
      const pages = { left: 7 };
      const parent = { [field.name]: ['a', 'b', 'c'] };
      const answer = () => field.resolve!(parent, {}, { pages }, { fieldName: field.name } as never);
      expect([name, answer(), pages.left]).toEqual([name, ['a', 'b', 'c'], 4]);
      answer();
      expect(pages.left).toBe(1);
      expect(answer).toThrow(Refusal);
    },
  );
});

describe('a request', () => {
  let gateway: TestGateway;
  let ada: SignedInPerson;
  beforeAll(async () => {
    gateway = await startGateway();
    ada = await signedInPerson(gateway);
    await addSessions(ada.id, 99);
    await gateway.database.sql(
      `insert into audit_events (id, at, action, outcome, actor_id, subject_id)
       select gen_random_uuid(), now(), 'login', 'SUCCEEDED', $1, $1 from generate_series(1, 100)`,
      [ada.id],
    );
  });

  const addSessions = (userId: string, count: number) =>
    gateway.database.sql(
      `insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, refreshes_since, authentication_methods)
       select gen_random_uuid(), $1, now(), now(), now() + interval '1 day', now() + interval '1 day', now(), '{PASSWORD}'
         from generate_series(1, $2::int)`,
      [userId, count],
    );
  const times = (count: number, part: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => part(n)).join(' ');
  const limits = (errors: { extensions: object }[]) =>
    new Set(errors.map(({ extensions }) => (extensions as { limit?: string }).limit));

  test('for one list in another by 14 aliases is small, and says how much it asked for and how much is allowed', async () => {
    const sessions = times(14, (n) => `s${n}: sessions { id createdAt userAgent ipAddress device }`);
    const query = `{ me { activity(first: 100) { nodes { subject { ${sessions} } } } } }`;
    const { text, errors } = await gateway.gql(query, {}, { token: ada.accessToken });
    expect(text.length).toBeLessThan(1_000_000);
    expect(limits(errors)).toEqual(new Set(['rows']));
    const { asked, allowed } = errors.at(-1)!.extensions as { asked?: number; allowed?: number };
    expect(allowed).toBe(ALLOWED);
    expect(asked).toBeGreaterThan(ALLOWED);
    expect(errors.at(-1)!.message).toContain(`${asked}, but only ${ALLOWED} are allowed`);
  });

  test('pays for the same list again under each alias', async () => {
    const rows = async (count: number) => {
      const query = `{ me { ${times(count, (n) => `s${n}: sessions { id }`)} } }`;
      return gateway.gql(query, {}, { token: ada.accessToken });
    };
    expect((await rows(15)).errors).toEqual([]);
    const twice = `{ me { ...F } again: me { ...F } } fragment F on User { ${times(6, (n) => `s${n}: sessions { id }`)} more: activity(first: 100) { nodes { id } edges { cursor } } }`;
    expect(limits((await gateway.gql(twice, {}, { token: ada.accessToken })).errors)).toEqual(new Set());
    const { errors } = await gateway.gql(
      `{ me { ${times(7, (n) => `s${n}: sessions { id } a${n}: activity(first: 100) { nodes { id } }`)} } }`,
      {},
      { token: ada.accessToken },
    );
    expect(limits(errors)).toEqual(new Set(['rows']));
  });

  test('has no more sessions read than it may answer, however many people it names', async () => {
    const people = await gateway.database.sql<{ id: string }>(
      `insert into users (id, email, created_at, updated_at)
       select gen_random_uuid(), 'many' || n || '@example.com', now(), now() from generate_series(1, 30) n returning id`,
    );
    for (const { id } of people) await addSessions(id, 100);
    const root = await admin(gateway);
    const query = '{ users(first: 100) { nodes { sessions { id } } } }';
    const { data, errors } = await gateway.gql(query, {}, { token: root.accessToken });
    expect(limits(errors)).toEqual(new Set(['rows']));
    expect(data!.users.nodes.filter(({ sessions }: any) => sessions)).toEqual([]);
    const few = await gateway.gql(
      '{ users(first: 10) { nodes { sessions { id } } } }',
      {},
      { token: root.accessToken },
    );
    expect(few.errors).toEqual([]);
    expect(few.data!.users.nodes.every(({ sessions }: any) => sessions.length > 0)).toBe(true);
  });

  test('of an administrator for a hundred people with their roles and permissions is served', async () => {
    const root = await admin(gateway);
    const query = '{ users(first: 100) { totalCount nodes { email roles { name permissions } permissions } } }';
    expect((await gateway.gql(query, {}, { token: root.accessToken })).errors).toEqual([]);
  });

  test('that is refused for its lists has not asked the database for them', async () => {
    const wire = await tapWire(gateway.database.tcpUrl);
    const tapped = await gateway.replica({ DATABASE_URL: wire.url, JOBS: 'off' });
    const query = '{ me { activity(first: 100) { nodes { subject { activity(first: 100) { edges { cursor } } } } } } }';
    const { result, statements } = await wire.during(() => tapped.gql(query, {}, { token: ada.accessToken }));
    await tapped.close();
    await wire.close();
    expect(limits(result.errors)).toEqual(new Set(['rows']));
    const read = statements.filter((statement) => statement.includes('from audit_events'));
    // 1790 rows are left for the lists below the first, and each of them asks for 110.
    expect(read).toHaveLength(1 + 16);
  });
});

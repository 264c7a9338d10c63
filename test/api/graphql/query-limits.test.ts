import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { LOGIN, type Registered, registeredPerson, signedInPerson } from '../../support/people.js';
import { within } from '../../support/within.js';

let open: TestGateway;
let closed: TestGateway;
let ada: Registered;
beforeAll(async () => {
  open = await startGateway();
  closed = await open.replica({ EXPLORER: 'off' });
  ada = await registeredPerson(open);
});

/** Refused as a document, quickly and in few words, while an honest query goes on. */
async function expectRefused(query: string, variables?: Record<string, unknown>): Promise<void> {
  for (const gateway of [open, closed]) {
    const [abuse, honest] = await within(1500, () =>
      Promise.all([gateway.gql(query, variables), gateway.gql('{ __typename }')]),
    );
    expect(abuse.status).toBe(400);
    expect(abuse.errors[0]!.extensions.code).toMatch(/^GRAPHQL_(VALIDATION|PARSE)_FAILED$|^BAD_(USER_INPUT|REQUEST)$/);
    expect(abuse.text.length).toBeLessThan(20_000);
    expect(abuse.text).not.toMatch(/Maximum call stack|node_modules|\.js:/);
    expect(honest.status).toBe(200);
  }
}

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

describe('a document is refused', () => {
  test('with 200 aliases', () => expectRefused(`{ ${times(200, (n) => `a${n}: authSettings { registrationOpen }`)} }`));
  test('with 200 aliases of __typename', () => expectRefused(`{ ${times(200, (n) => `a${n}: __typename`)} }`));
  test('with 200 aliases below a fragment', () =>
    expectRefused(
      `{ authSettings { ...F } } fragment F on AuthSettings { ${times(200, (n) => `a${n}: registrationOpen`)} }`,
    ));
  test.each([40, 2000])('that is %i deep', (depth) =>
    expectRefused(`{ me { ${'sessions { '.repeat(depth)} id ${'}'.repeat(depth)} } }`),
  );
  test('that is deep by inline fragments', () =>
    expectRefused(`{ ${'... { '.repeat(2000)} __typename ${'}'.repeat(2000)} }`));
  test('that is deep by a list value of 9000', () =>
    expectRefused(`{ __typename @include(if: ${'['.repeat(9000)}${']'.repeat(9000)}) }`));
  test('with 500 directives', () => expectRefused(`{ __typename ${'@skip(if: false) '.repeat(500)} }`));
  test('with 500 unknown directives', () => expectRefused(`{ __typename ${'@nope '.repeat(500)} }`));
  test('with 2000 unknown fields', () => expectRefused(`{ ${times(1900, (n) => `nope${n}`)} }`));
  test('with 15 000 tokens', () => expectRefused(`{ ${'__typename '.repeat(15_000)} }`));
  test('with a fragment that spreads itself', () => expectRefused('{ ...A } fragment A on Query { ...A }'));
  test('with fragments in a circle', () =>
    expectRefused(
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A __typename }',
    ));
  test('that grows to 2^25 fields', () =>
    expectRefused(
      `{ ...F0 } ${times(25, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F25 on Query { __typename }`,
    ));
  test('with 300 overlapping fragments', () =>
    expectRefused(
      `{ ${times(300, (n) => `...F${n}`)} } ${times(300, (n) => `fragment F${n} on Query { authSettings { registrationOpen } }`)}`,
    ));
  test('with a subscription', () => expectRefused('subscription { x }'));
});

describe('a refusal says which limit it was, how much there was and how much is allowed', () => {
  const login = 'login(input: { identifier: "a", password: "b" }) { __typename }';
  const activity = (depth: number) =>
    `{ me ${'{ activity { nodes { subject '.repeat(2)}{ ${'roles { '.repeat(depth - 8)} id ${' }'.repeat(depth - 8)} }${' } } }'.repeat(2)} }`;

  test.each([
    ['aliases', 15, (n: number) => `{ ${times(n, (index) => `a${index}: __typename`)} }`],
    [
      'aliases',
      15,
      (n: number) =>
        `{ authSettings { ...F } } fragment F on AuthSettings { ${times(n, (index) => `a${index}: registrationOpen`)} }`,
    ],
    ['directives', 5, (n: number) => `{ ${times(n, (index) => `... @skip(if: ${index > 9}) { __typename }`)} }`],
    ['depth', 8, activity],
    ['mutations', 1, (n: number) => `mutation { ${times(n, (index) => `a${index}: ${login}`)} }`],
  ])('%s: %i', async (limit, allowed, document) => {
    for (const gateway of [open, closed]) {
      const [most, more] = await Promise.all([gateway.gql(document(allowed)), gateway.gql(document(allowed + 1))]);
      expect(most.errors.filter(({ extensions }) => extensions.limit)).toEqual([]);
      expectCode(more, 'GRAPHQL_VALIDATION_FAILED');
      const [{ message, extensions }] = more.errors as [(typeof more.errors)[0]];
      expect(extensions).toMatchObject({ limit, asked: allowed + 1, allowed });
      expect(message).toMatch(new RegExp(`^Too many .*: ${allowed + 1}, but only ${allowed} (is|are) allowed\\.`));
    }
  });

  test('but where nothing counted on, not how much', async () => {
    const tokens = await open.gql(`{ ${times(1200, () => '__typename')} }`);
    expectCode(tokens, 'GRAPHQL_PARSE_FAILED');
    expect(tokens.errors[0]!.extensions).toMatchObject({ limit: 'tokens', allowed: 1000 });
    const grown = `{ ...F0 } ${times(12, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F12 on Query { __typename }`;
    const selections = await open.gql(grown);
    expectCode(selections, 'GRAPHQL_VALIDATION_FAILED');
    expect(selections.errors[0]!.extensions).toMatchObject({ limit: 'selections', allowed: 2000 });
    for (const { errors } of [tokens, selections]) expect(errors[0]!.message).toMatch(/: more than the \d+ allowed\.$/);
  });

  test('of a page and of a body likewise', async () => {
    const page = await open.gql(
      '{ me { activity(first: 101) { nodes { id } } } }',
      {},
      { token: (await signedInPerson(open)).accessToken },
    );
    expectCode(page, 'BAD_USER_INPUT');
    expect(page.errors[0]!.extensions).toMatchObject({ limit: 'page', asked: 101, allowed: 100, field: 'first' });
    const body = await open.gql('{ __typename }', { padding: 'x'.repeat(256 * 1024) });
    expect(body.status).toBe(413);
    expect(body.errors[0]!.extensions).toMatchObject({ code: 'BAD_REQUEST', limit: 'body', allowed: 262_144 });
    expect(body.errors[0]!.extensions.asked).toBeGreaterThan(262_144);
  });
});

describe('one root mutation per request', () => {
  const one = (alias: string) =>
    `${alias}: login(input: { identifier: "${ada.email}", password: "wrong wrong wrong" }) { __typename }`;

  test.each([2, 15])('%i aliased logins are refused before one of them ran', async (count) => {
    await expectRefused(`mutation { ${times(count, (n) => one(`a${n}`))} }`);
    const failed = `select 1 from audit_events where action = 'login' and outcome = 'REFUSED' and subject_id = $1`;
    expect(await open.database.sql(failed, [ada.id])).toEqual([]);
  });

  test('also by fragments, inline ones and __typename', async () => {
    await expectRefused(
      `mutation { ...A ...B } fragment A on Mutation { ${one('a')} } fragment B on Mutation { ${one('b')} }`,
    );
    await expectRefused(`mutation { ... { ${one('a')} } ... on Mutation { ${one('b')} } }`);
    await expectRefused(`mutation { ...A ... { ${one('b')} } } fragment A on Mutation { ${one('a')} }`);
  });

  test('one, however it is written, runs', async () => {
    const variables = { input: { identifier: ada.email, password: ada.password } };
    expect((await open.gql(LOGIN, variables)).errors).toEqual([]);
    const spread =
      'mutation($input: LoginInput!) { ...A } fragment A on Mutation { login(input: $input) { __typename } }';
    expect((await closed.gql(spread, variables)).data!.login.__typename).toBe('SignedIn');
  });
});

describe('what Apollo’s and GraphiQL’s tools ask', () => {
  const INTROSPECTION =
    '{ __schema { types { name fields { name type { ofType { ofType { ofType { ofType { name } } } } } } } } }';

  test('is answered where the explorer is on', async () => {
    expect((await open.gql(INTROSPECTION)).errors).toEqual([]);
  });

  test('is refused where it is off: schema, types, suggestions', async () => {
    for (const query of [
      INTROSPECTION,
      '{ __type(name: "User") { name } }',
      '{ a: __schema { queryType { name } } }',
      '{ ...F } fragment F on Query { __schema { queryType { name } } }',
    ]) {
      const answer = await closed.gql(query);
      expect(answer.status).toBe(400);
      expect(answer.data ?? null).toBeNull();
    }
    for (const query of [
      '{ mee { id } }',
      'mutation { logn }',
      '{ authSettings(x: 1) { registrationOpn } }',
      '{ me { emial } }',
    ]) {
      const { text } = await closed.gql(query);
      expect(text).not.toMatch(/Did you mean|"me"|login|registrationOpen|email/);
    }
    const wrong = await closed.gql('mutation($i: LoginInput!) { login(input: $i) { __typename } }', {
      i: { identifer: 'x' },
    });
    expect(new Set(wrong.errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
    expect(wrong.text).not.toMatch(/Did you mean/);
  });

  test('pages are not there either', async () => {
    for (const path of ['/graphiql', '/graphql']) {
      const response = await closed.http(path, { headers: { accept: 'text/html' } });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toMatch(/<script/);
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { startPlainApollo } from '../../support/plain-apollo.js';

const FRIEND = 'https://app.example.com';

let gateway: TestGateway;
let plain: Awaited<ReturnType<typeof startPlainApollo>>;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: FRIEND });
  plain = await startPlainApollo(gateway.config, gateway.log.log);
});
afterAll(() => plain.close());

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

const OWN = new Set(['x-request-id', 'date', 'connection', 'keep-alive']);
const byName = ([one]: [string, string], [other]: [string, string]) => (one < other ? -1 : 1);

async function send(url: string, { method = 'POST', path = '/graphql', ...init }: Sent) {
  const answer = await fetch(`${url}${path}`, { method, ...init, headers: { ...JSON_TYPE, ...init.headers } });
  const headers = [...answer.headers].filter(([name]) => !OWN.has(name)).toSorted(byName);
  const text = (await answer.text()).replaceAll(answer.headers.get('x-request-id') ?? 'none', '…');
  return { status: answer.status, headers, text };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Twice: the second time the document is known, if it is one. */
async function expectAsPlain(sent: Sent, status?: number): Promise<void> {
  const expected = await send(plain.url, sent);
  expect(await send(gateway.url, sent)).toEqual(expected);
  expect(await send(gateway.url, sent)).toEqual(expected);
  if (status !== undefined) expect(expected.status).toBe(status);
}

const post = (query: unknown, more: object = {}) => ({ body: JSON.stringify({ query, ...more }) });
const SETTINGS = 'authSettings { registrationOpen passwordPolicy { minLength } }';

describe('it answers as Fastify, its plugins and Apollo Server do by themselves, for the first time and the second', () => {
  test.each([
    ['a query', post(`{ ${SETTINGS} }`), 200],
    ['a query with a name', post(`query A { ${SETTINGS} }`, { operationName: 'A' }), 200],
    ['its name is null', post(`query B { ${SETTINGS} }`, { operationName: null, variables: null }), 200],
    ['its name is empty', post(`query C { ${SETTINGS} }`, { operationName: '' }), 400],
    ['another name', post(`query D { ${SETTINGS} }`, { operationName: 'X' }), 400],
    ['one of two', post('query A { __typename } query B { b: __typename }', { operationName: 'B' }), 200],
    ['none of two', post('query A { __typename } query B { c: __typename }'), 400],
    ['a fragment', post(`fragment F on Query { ${SETTINGS} } { ...F }`), 200],
    [
      'an alias and a directive',
      post('query ($on: Boolean!) { x: __typename @include(if: $on) }', { variables: { on: true } }),
      200,
    ],
    ['a variable too many', post('{ d: __typename }', { variables: { x: 1 } }), 200],
    ['a variable that is missing', post('query ($x: Boolean!) { e: __typename @include(if: $x) }'), 400],
    [
      'a variable of another type',
      post('query ($x: Boolean!) { f: __typename @include(if: $x) }', { variables: { x: 'y' } }),
      400,
    ],
    [
      'a null where none may be',
      post('query ($x: Boolean = true) { g: __typename @include(if: $x) }', { variables: { x: null } }),
      200,
    ],
    [
      'many wrong variables',
      post('mutation ($i: LoginInput!) { login(input: $i) { __typename } }', {
        variables: { i: { a: 1, b: 2, c: 3 } },
      }),
      400,
    ],
    ['variables that are a text', post('{ h: __typename }', { variables: '{}' }), 400],
    ['variables that are a list', post('{ i: __typename }', { variables: [1] }), 400],
    ['extensions', post('{ j: __typename }', { extensions: { a: 1 } }), 200],
    ['extensions that are null', post('{ k: __typename }', { extensions: null }), 200],
    ['extensions that are a number', post('{ l: __typename }', { extensions: 1 }), 400],
    ['a persisted query', { body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}' }, 200],
    ['a field that needs a person', post('{ me { id } }'), 200],
    ['twenty-five of them', post(`{ ${Array.from({ length: 15 }, (_, n) => `a${n}: me { id }`).join(' ')} }`), 200],
    ['what needs a permission', post('{ users { nodes { id } } roles { name } }'), 200],
    ['a mutation that needs a person', post('mutation { logoutAll { endedSessions } }'), 200],
    ['a field that does not exist', post('{ nothing }'), 400],
    ['thirty of them', post(`{ ${Array.from({ length: 30 }, (_, n) => `f${n}`).join(' ')} }`), 400],
    ['an argument that does not exist', post('{ me(x: 1) { id } }'), 400],
    ['no selection', post('{ me }'), 400],
    ['broken GraphQL', post('{ me {'), 400],
    ['brackets', post('['.repeat(900)), 400],
    ['too many tokens', post(`{ ${'a '.repeat(1100)} }`), 400],
    ['too deep', post(`{ ${'me { sessions { user { '.repeat(4)} id ${'} } } '.repeat(4)} }`), 400],
    ['too many aliases', post(`{ ${Array.from({ length: 16 }, (_, n) => `a${n}: __typename`).join(' ')} }`), 400],
    ['two mutations', post('mutation { a: logoutAll { endedSessions } b: logoutAll { endedSessions } }'), 400],
    ['a subscription', post('subscription { x }'), 400],
    ['introspection', post('{ __schema { queryType { name } } }'), 200],
    ['an empty document', post(''), 400],
    ['a document of blanks', post(' '), 400],
    ['a document that is a number', post(1), 400],
    ['a document that is a list', post(['{ __typename }']), 400],
    ['a document that is a tree', post({ kind: 'Document' }), 400],
    ['no document', { body: '{}' }, 400],
    ['a null', { body: 'null' }, 400],
    ['a number', { body: '1' }, 400],
    ['a batch', { body: '[{"query":"{ __typename }"}]' }, 400],
    ['an empty batch', { body: '[]' }, 400],
    ['escapes', { body: '{"query":"{ \\u005f_typename }"}' }, 200],
    ['a byte order mark', { body: '\ufeff{"query":"{ m: __typename }"}' }, 200],
    ['letters of other alphabets', post('{ n: __typename } # Ünïcödé 漢字 😀'), 200],
    ['broken JSON', { body: '{"query":"{ __typename }"' }, 400],
    ['text', { body: 'query { __typename }' }, 400],
    ['nothing', { body: '' }, 400],
    ['blanks', { body: ' ' }, 400],
    ['a poisoned prototype', { body: '{"query":"{ __typename }","__proto__":{"a":1}}' }, 400],
    ['the same, spelled with escapes', { body: '{"query":"{ __typename }","\\u005f_proto__":{"a":1}}' }, 400],
    ['a poisoned constructor', { body: '{"query":"{ __typename }","constructor":{"prototype":{"a":1}}}' }, 400],
    ['too much', post('{ __typename }', { variables: { padding: 'x'.repeat(256 * 1024) } }), 413],
  ] as [string, Sent, number][])('%s', (_what, sent, status) => expectAsPlain(sent, status));

  test.each([
    ['application/json; charset=utf-8', 200],
    ['application/json;charset=UTF-8', 200],
    ['APPLICATION/JSON', 200],
    ['application/json; a=b', 200],
    ['application/json-patch+json', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/graphql', 415],
    ['text/plain', 400],
    ['text/plain; charset=utf-8', 400],
    ['text/plain, application/json', 415],
    ['text/html', 415],
    ['json', 415],
  ])('a body of the type %s', async (type, status) => {
    await expectAsPlain({ ...post(`{ ${SETTINGS} }`), headers: { 'content-type': type } }, status);
    const preflight = { 'apollo-require-preflight': '1' };
    await expectAsPlain({ ...post(`{ ${SETTINGS} }`), headers: { 'content-type': type, ...preflight } }, status);
  });

  test.each([
    '*/*',
    'application/*',
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json,application/json;q=0.9',
    'application/graphql-response+json;q=0.5, application/json',
    'application/json;callbackSpec=1.0',
    'multipart/mixed;deferSpec=20220824,application/json',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'text/html',
    'text/event-stream',
    'application/json;q=0',
    'nonsense',
  ])('a client that accepts %s', async (accept) => {
    for (const query of [`{ ${SETTINGS} }`, '{ me { id } }', '{ nothing }', '{', '']) {
      await expectAsPlain({ ...post(query), headers: { accept } });
    }
    await expectAsPlain({ body: '{', headers: { accept } }, 400);
    await expectAsPlain({ ...post('{ __typename }'), headers: { accept, 'content-encoding': 'gzip' } }, 415);
  });

  test.each([FRIEND, 'https://evil.example', 'null'])('a page of %s', async (origin) => {
    await expectAsPlain({ ...post(`{ ${SETTINGS} }`), headers: { origin } }, 200);
    await expectAsPlain({ ...post('{ nothing }'), headers: { origin } }, 400);
    await expectAsPlain({ body: '{', headers: { origin } }, 400);
  });

  test.each([
    ['?query=%7B__typename%7D', 200],
    ['?query=query%20A%7B__typename%7D&operationName=A&variables=%7B%7D', 200],
    ['?query=%7Bnothing%7D', 400],
    ['?query=%7B__typename%7D&query=x', 400],
    ['?query=%7B__typename%7D&variables=x', 400],
    ['?query=mutation%7BlogoutAll%7BendedSessions%7D%7D', 405],
    ['?query=', 400],
    ['?', 400],
    ['', 400],
  ])('GET /graphql%s', async (search, status) => {
    for (const accept of ['*/*', 'application/json']) {
      const sent = { method: 'GET', path: `/graphql${search}`, headers: { accept } };
      await expectAsPlain(sent, status);
      await expectAsPlain({ ...sent, headers: { accept, 'content-type': 'text/plain' } });
    }
  });

  test('a POST with a query string, whose document is the body’s', () =>
    expectAsPlain({ path: '/graphql?query=%7Bx%7D', ...post('{ o: __typename }') }, 200));
});

test('every answer has a request id of its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, () =>
      gateway.http('/graphql', { method: 'POST', headers: JSON_TYPE, ...post('{ p: __typename }') }),
    ),
  );
  expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(300);
});

test('the connection of a body that is too long is closed, of any other it is kept', async () => {
  const connection = async (sent: Sent) =>
    (await gateway.http('/graphql', { method: 'POST', headers: JSON_TYPE, ...sent })).headers.get('connection');
  expect(await connection({ body: 'x'.repeat(300_000) })).toBe('close');
  expect(await connection({ body: 'x' })).toBe('keep-alive');
});

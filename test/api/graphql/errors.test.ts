import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import {
  LOGIN,
  ME,
  newEmail,
  REGISTER,
  type SignedInPerson,
  signedInPerson,
  STRONG_PASSWORD,
} from '../../support/people.js';

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await signedInPerson(gateway);
});

const logged = (requestId: string | undefined) => gateway.log.lines.filter((line) => line.requestId === requestId);

describe('what graphql-js finds only while it executes is the client’s mistake, on the first call and on the next', () => {
  test.each([
    [
      'mutation ($x: String = "a") { login(input: { identifier: $x, password: "Secret-In-A-Literal" }) { __typename } }',
      'x',
    ],
    ['query ($x: Boolean = true) { __typename @include(if: $x) }', 'x'],
    ['mutation ($i: LoginInput = { identifier: "a", password: "b" }) { login(input: $i) { __typename } }', 'i'],
    ['query ($x: ID = "a") { user(id: $x) { id } }', 'x'],
  ])('a null where none may be: %s', async (query, name) => {
    const before = gateway.log.lines.length;
    await gateway.gql(query, {});
    for (let call = 0; call < 2; call++) {
      const answer = await gateway.gql(query, { [name]: null });
      expectCode(answer, 'BAD_USER_INPUT');
      expect(answer.text).not.toContain('Secret-In-A-Literal');
    }
    const lines = gateway.log.lines.slice(before);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(JSON.stringify(lines)).not.toContain('Secret-In-A-Literal');
  });

  test('thousands of unknown fields are reported by the first of them', async () => {
    const i = Object.fromEntries(Array.from({ length: 5000 }, (_, number) => [`f${number}`, 0]));
    for (let call = 0; call < 2; call++) {
      await gateway.gql(LOGIN, { input: { identifier: 'a', password: 'b' } });
      const answer = await gateway.gql(LOGIN, { input: i });
      expect(new Set(answer.errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
      expect(answer.errors.length).toBeLessThanOrEqual(2);
    }
  });
});

describe('a surprise', () => {
  afterEach(() => gateway.database.sql('alter table if exists hidden_passwords rename to passwords'));

  test('reaches the client as an id, and under that id the operator in full', async () => {
    await gateway.database.sql('alter table passwords rename to hidden_passwords');
    const answer = await gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } });
    expectCode(answer, 'INTERNAL_SERVER_ERROR');
    const { requestId } = answer.errors[0]!.extensions;
    expect(answer.text).not.toMatch(/passwords|relation|select|\.js|\.ts|stack/);
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    const [line] = logged(requestId);
    expect(line).toMatchObject({ level: 'error', msg: 'an operation failed', path: ['login'] });
    expect(JSON.stringify(line)).toMatch(/relation .*passwords.* does not exist/);
    expect(JSON.stringify(line)).not.toContain(ada.password);
  });

  test('of register does not write the password or the address’s code into the log either', async () => {
    await gateway.database.sql('alter table passwords rename to hidden_passwords');
    const input = { email: newEmail(), password: STRONG_PASSWORD };
    expectCode(await gateway.gql(REGISTER, { input }), 'INTERNAL_SERVER_ERROR');
    expect(gateway.log.text()).not.toContain(STRONG_PASSWORD);
    expect(gateway.log.text()).not.toMatch(/\$argon2id\$/);
  });
});

describe('a request’s id', () => {
  test('is ours and new each time, whatever the client sends', async () => {
    const ask = () =>
      gateway.gql(ME, {}, { headers: { 'x-request-id': 'chosen-by-me', 'request-id': 'chosen-by-me' } });
    const [one, two] = [await ask(), await ask()];
    const ids = [one, two].map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-/);
    expect(one.errors[0]!.extensions.requestId).toBe(ids[0]);
  });

  test('is in the audit log', async () => {
    const answer = await gateway.gql(LOGIN, { input: { identifier: ada.email, password: 'wrong wrong wrong' } });
    expectCode(answer, 'INVALID_CREDENTIALS');
    const found = await gateway.database.sql('select code, subject_id from audit_events where request_id = $1', [
      answer.errors[0]!.extensions.requestId,
    ]);
    expect(found).toEqual([{ code: 'INVALID_CREDENTIALS', subject_id: ada.id }]);
  });
});

test('an input at fault is named, and its value never repeated', async () => {
  const answer = await gateway.gql(REGISTER, {
    input: { email: 'not an address, hunter2', password: 'x'.repeat(3000) },
  });
  expectCode(answer, 'BAD_USER_INPUT');
  expect(answer.errors[0]!.extensions).toMatchObject({ field: 'input.email' });
  expect(answer.text).not.toMatch(/hunter2|xxxx/);
});

test.each<[string, unknown, RegExp]>([
  [
    'a field that does not exist',
    { identifier: 'ada', pasword: 'x', password: 'hunter2; it' },
    /Field "pasword" is not defined by type "LoginInput"/,
  ],
  [
    'a field that is missing',
    { identifer: 'ada', password: 'hunter2' },
    /Field "identifier" of required type "String!" was not provided/,
  ],
  [
    'a field of another type',
    { identifier: 'ada', password: ['hunter2'] },
    /at "input.password": The value is not of the type/,
  ],
  [
    'a choice that is none',
    { identifier: 'ada', password: 'x', tokenDelivery: 'hunter2' },
    /at "input.tokenDelivery": /,
  ],
  [
    'null',
    { identifier: 'ada', password: null },
    /at "input.password": Expected non-nullable type "String!" not to be null/,
  ],
  ['something else than an object', 'hunter2', /Expected type "LoginInput" to be an object/],
])(
  'variables that do not fit are told apart, but not repeated, neither in the answer nor in the log: %s',
  async (_, input, reason) => {
    const answer = await gateway.gql(LOGIN, { input });
    expect(answer.status).toBe(400);
    expect(new Set(answer.errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
    expect(answer.text).toMatch(new RegExp(reason.source.replaceAll('"', String.raw`\\"`)));
    expect(answer.text).not.toContain('hunter2');
    expect(gateway.log.text()).not.toContain('hunter2');
    expect(logged(answer.errors[0]!.extensions.requestId).filter(({ level }) => level === 'error')).toEqual([]);
  },
);

describe('outside of GraphQL', () => {
  test('a person gets a page, a program gets JSON in the shape it knows', async () => {
    const page = await gateway.http('/nope', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const html = await page.text();
    expect(html).toContain('There is nothing here');
    expect(html).toContain(page.headers.get('x-request-id')!);
    const json = await gateway.http('/nope');
    expect(json.status).toBe(404);
    expect(await json.json()).toEqual({
      errors: [
        { message: expect.any(String), extensions: { code: 'NOT_FOUND', requestId: json.headers.get('x-request-id') } },
      ],
    });
  });

  test('the page that a 404 points at is there', async () => {
    const { errors } = (await (await gateway.http('/nope')).json()) as { errors: { message: string }[] };
    expect(errors[0]!.message).toContain('Look at / ');
    const { status, headers } = await gateway.http('/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('an address that cannot be read is a 400, and not repeated', async () => {
    const response = await gateway.http('/%E0%A4%A', { headers: { accept: 'text/html' } });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('%E0%A4%A');
  });
});

test('every answer carries the headers that protect it, and none that says what it runs on', async () => {
  for (const path of [
    '/',
    '/graphql',
    '/health/ready',
    '/nope',
    '/.well-known/jwks.json',
    '/verify?challenge=a&code=1',
  ]) {
    const { headers } = await gateway.http(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    for (const name of ['x-powered-by', 'server', 'x-frame-options-legacy']) expect(headers.get(name)).toBeNull();
  }
});

describe('the pages of the explorer', () => {
  test.each(['/graphql', '/graphiql'])('%s keeps its own policy under the server’s', async (path) => {
    const response = await gateway.http(path, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toMatch(/script-src (?:'self'|https:\/\/embeddable-sandbox\.cdn\.apollographql\.com)/);
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain(',');
    // Would keep Sandbox's script from its CDN.
    expect(response.headers.get('cross-origin-embedder-policy')).toBeNull();
  });
});

describe('/metrics', () => {
  test('is for this machine only, and not through a proxy', async () => {
    expect((await gateway.http('/metrics')).status).toBe(200);
    expect((await gateway.http('/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404);
  });

  test('asks for the token where one is set', async () => {
    const replica = await gateway.replica({ METRICS_TOKEN: 'a-token-for-metrics' });
    expect((await replica.http('/metrics')).status).toBe(404);
    expect((await replica.http('/metrics', { headers: { authorization: 'Bearer a-token-for-metrics2' } })).status).toBe(
      404,
    );
    const text = await (
      await replica.http('/metrics', { headers: { authorization: 'Bearer a-token-for-metrics' } })
    ).text();
    expect(text).toContain('sallyport_');
  });
});

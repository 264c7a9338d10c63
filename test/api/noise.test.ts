import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { rawHttp } from '../support/raw-http.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

function expectCalm({ status, text }: Pick<Answer<unknown>, 'status' | 'text'>): void {
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(
    /INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE|node_modules|\bat .*\.[jt]s:\d|Exception|syntax error at or near|relation "/i,
  );
}

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    "'; drop table users --",
    '${jndi:ldap://x}',
    '__proto__',
    '../../etc/passwd',
    '{{7*7}}',
    'ⅷ',
    '＠',
    '%s%n',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<unknown>(
    [],
    {},
    [[]],
    { $ne: null },
    { $gt: '' },
    { toString: 1 },
    ['a', 'b'],
    Number.MAX_SAFE_INTEGER,
  ),
);

const OPERATIONS: [string, string, string[]][] = [
  ['register', 'RegisterInput', ['email', 'password', 'username', 'displayName', 'locale']],
  ['verifyOtp', 'VerifyOtpInput', ['challengeToken', 'code', 'tokenDelivery']],
  ['resendOtp', 'ResendOtpInput', ['challengeToken']],
  ['login', 'LoginInput', ['identifier', 'password', 'tokenDelivery']],
  ['refresh', 'RefreshInput', ['refreshToken']],
  ['logout', 'LogoutInput', ['refreshToken']],
];

test('no input, however odd, makes an operation fail: 1200 random ones', async () => {
  const call = fc.constantFrom(...OPERATIONS).chain(([name, type, fields]) =>
    fc.record({
      name: fc.constant(name),
      type: fc.constant(type),
      input: fc.dictionary(fc.constantFrom(...fields, 'role', 'id', '__proto__'), odd, { maxKeys: 6 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 12, maxLength: 12 }), async (calls) => {
      const answers = await Promise.all(
        calls.map(({ name, type, input }) =>
          gateway.gql(`mutation($input: ${type}!) { ${name}(input: $input) { __typename } }`, { input }),
        ),
      );
      answers.forEach(expectCalm);
    }),
    { numRuns: 100 },
  );
}, 120_000);

test('well-formed strings of any content reach the operations and do not break them', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const input = fc.record({ identifier: text, password: text });
  await fc.assert(
    fc.asyncProperty(input, async (given) => {
      const query = 'mutation($input: LoginInput!) { login(input: $input) { __typename } }';
      const answer = await gateway.gql(query, { input: given });
      expectCalm(answer);
      expect(['INVALID_CREDENTIALS', 'BAD_USER_INPUT']).toContain(answer.errors[0]!.extensions.code);
    }),
    { numRuns: 60 },
  );
});

test('no header Authorization makes a request fail: 300 random ones', async () => {
  const header = fc.oneof(
    fc.string({ unit: fc.integer({ min: 33, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 200 }),
    fc
      .array(fc.base64String({ maxLength: 80 }), { minLength: 1, maxLength: 6 })
      .map((parts) => `Bearer ${parts.join('.')}`),
    fc
      .array(
        fc.json().map((json) => Buffer.from(json).toString('base64url')),
        { minLength: 3, maxLength: 3 },
      )
      .map((parts) => `Bearer ${parts.join('.')}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(header, { minLength: 10, maxLength: 10 }), async (headers) => {
      for (const authorization of headers) {
        const body = '{"query":"{me{id}}"}';
        const lines = [
          'POST /graphql HTTP/1.1',
          'Host: localhost',
          `Authorization: ${authorization}`,
          'Content-Type: application/json',
        ];
        const answer = await rawHttp(
          gateway.url,
          [...lines, `Content-Length: ${body.length}`, 'Connection: close', '', body].join('\r\n'),
        );
        expectCalm({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0), text: answer });
        expect(answer).toMatch(/UNAUTHENTICATED|TOKEN_INVALID|^HTTP\/1\.1 400/);
      }
    }),
    { numRuns: 30 },
  );
});

describe('no body makes a request fail', () => {
  test('300 random JSON ones', async () => {
    const body = fc.oneof(
      fc.json(),
      fc
        .record(
          { query: fc.anything(), variables: fc.anything(), operationName: fc.anything(), extensions: fc.anything() },
          { requiredKeys: [] },
        )
        .map((value) => {
          try {
            return JSON.stringify(value);
          } catch {
            return '{}';
          }
        }),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const response = await gateway.http('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: text,
        });
        expectCalm({ status: response.status, text: await response.text() });
      }),
      { numRuns: 300 },
    );
  });

  test('300 random documents', async () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      ':',
      '$a',
      '!',
      '...',
      '@skip',
      '"x"',
      '"""',
      'me',
      'id',
      'query',
      'mutation',
      'fragment F on User',
      'logout',
      'login',
      'input',
      '1',
      'true',
      'null',
      '#',
      ',',
      '_entities',
      '_service',
      'sdl',
      '__typename',
      'subscription',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 25 }), async (tokens) =>
        expectCalm(await gateway.gql(tokens.join(' '))),
      ),
      { numRuns: 300 },
    );
  });
});

import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { LOGIN, type Registered, registeredPerson } from '../../support/people.js';
import { within } from '../../support/within.js';

let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: 'https://app.example.com' });
  ada = await registeredPerson(gateway);
});

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
  gateway.http('/graphql', { method: 'POST', body, headers });
const login = () =>
  JSON.stringify({ query: LOGIN, variables: { input: { identifier: ada.email, password: ada.password } } });

async function expectRefused(response: Response, statuses = [400, 415]): Promise<void> {
  const text = await response.text();
  expect(statuses).toContain(response.status);
  expect(text).not.toContain('accessToken');
  const { errors } = JSON.parse(text);
  expect(errors[0]).toMatchObject({ message: expect.any(String), extensions: { code: expect.any(String) } });
}

describe('a mutation is not taken', () => {
  test.each([
    'text/plain',
    'text/plain; charset=utf-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json-patch+json',
    'application/xml',
    'text/json',
    'application/graphql',
    'application/octet-stream',
    'text/plain, application/json',
    'text/plain; a=application/json',
    'json',
    '*/*',
    ';',
  ])('as %s', async (type) => {
    const preflight = { 'apollo-require-preflight': '1', 'x-apollo-operation-name': 'x' };
    await expectRefused(await post(login(), { 'content-type': type }));
    await expectRefused(await post(login(), { 'content-type': type, ...preflight }));
  });

  test('as a form, and is answered with what to send instead', async () => {
    const response = await post(login(), { 'content-type': 'application/x-www-form-urlencoded' });
    const { errors } = JSON.parse(await response.text());
    expect(errors[0].message).toMatch('Content-Type: application/json');
  });

  test('without a content type', async () => {
    await expectRefused(await post(new TextEncoder().encode(login()), {}));
  });

  test('as a form that a foreign page could send', async () => {
    const form = new URLSearchParams({ query: LOGIN }).toString();
    await expectRefused(await post(form, { 'content-type': 'application/x-www-form-urlencoded' }));
    await expectRefused(
      await post(`query=${encodeURIComponent('mutation{logout{endedSessions}}')}`, { 'content-type': 'text/plain' }),
    );
  });

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('by %s', async (method) => {
    const query = encodeURIComponent('mutation{logout{endedSessions}}');
    const response = await gateway.http(`/graphql?query=${query}`, {
      method,
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  test('in an array, alone or with others', async () => {
    for (const count of [0, 1, 50]) {
      const batch = `[${Array.from({ length: count }, login).join(',')}]`;
      await expectRefused(await post(batch, { 'content-type': 'application/json' }));
    }
  });
});

test('a query by GET asks for a header that a foreign page cannot send unasked', async () => {
  const url = '/graphql?query=%7BauthSettings%7BregistrationOpen%7D%7D';
  await expectRefused(await gateway.http(url));
  const response = await gateway.http(url, { headers: { 'apollo-require-preflight': '1' } });
  expect(await response.json()).toEqual({ data: { authSettings: { registrationOpen: true } } });
});

describe('a body is refused', () => {
  const json = { 'content-type': 'application/json' };

  test.each(['gzip', 'deflate', 'br', 'x-gzip', 'gzip, gzip', 'zstd', 'nonsense'])(
    'when it is encoded: %s is never inflated',
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
      await expectRefused(await post(new Uint8Array(bomb), { ...json, 'content-encoding': encoding }), [415]);
      await expectRefused(await post(login(), { ...json, 'content-encoding': encoding }), [415]);
    },
  );

  test('when it is larger than 256 kB', async () => {
    await expectRefused(
      await post(JSON.stringify({ query: '{__typename}', extensions: { x: 'x'.repeat(5_000_000) } }), json),
      [413],
    );
  });

  test('when it is JSON a hundred thousand deep', async () => {
    const deep = `{"query":"{__typename}","variables":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await expectRefused(await within(1500, () => post(deep, json)));
  });

  test.each([
    '',
    ' ',
    '{',
    'null',
    '1',
    '"x"',
    'true',
    '{}',
    '{"query":1}',
    '{"query":null}',
    '{"query":""}',
    '{"query":["{me{id}}"]}',
    '{"query":"{__typename}","variables":"x"}',
    '{"query":"{__typename}","variables":[1]}',
    '{"query":"{__typename}","operationName":{}}',
    '{"query":"{__typename}","operationName":"other"}',
    '{"query":"{__typename}","extensions":1}',
    '{"__proto__":{"query":"{__typename}"}}',
    '{"constructor":{"prototype":{"x":1}},"query":"{__typename}"}',
    '\u0000',
    '{"query":"\\ud800"}',
    "{'query':'{__typename}'}",
    '{"query":"subscription{x}"}',
    '{"query":"{ ... @defer { __typename } }"}',
    '{"query":"query A{__typename} query B{__typename}"}',
  ])('when it is no operation: %s', async (body) => {
    await expectRefused(await post(body, json), [400]);
  });

  test('when it names a persisted query: those are off, and clients learn to send the whole document', async () => {
    const hash = 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38';
    for (const sha256Hash of [hash, 'x', '', null, { $ne: 1 }]) {
      const body = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
      const { errors, data } = await (await post(body, json)).json();
      expect(data ?? null).toBeNull();
      expect(errors[0].extensions.code).toMatch(/^PERSISTED_QUERY_NOT_SUPPORTED$|^BAD_REQUEST$/);
    }
  });

  test.each(['utf-16', 'iso-8859-1', 'utf-7', 'nonsense', 'utf-8; boundary=x'])(
    'or understood, but never fails, as charset %s',
    async (charset) => {
      const response = await post('{"query":"{__typename}"}', {
        'content-type': `application/json; charset=${charset}`,
      });
      expect(response.status).toBeLessThan(500);
    },
  );
});

describe('what the client accepts decides the answer’s type', () => {
  const ask = (query: string, accept?: string) =>
    post(JSON.stringify({ query }), { 'content-type': 'application/json', ...(accept && { accept }) });

  test.each([
    ['application/json', 200, /^application\/json/],
    ['application/graphql-response+json', 200, /^application\/graphql-response\+json/],
    ['application/graphql-response+json, application/json;q=0.9', 200, /^application\/graphql-response\+json/],
    ['*/*', 200, /json/],
    ['application/*', 200, /json/],
  ])('%s', async (accept, status, type) => {
    const response = await ask('{__typename}', accept);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(type);
    expect(response.headers.get('content-type')).toMatch(/charset=utf-8/);
  });

  test.each(['text/html', 'text/plain', 'image/png', 'application/xml'])('%s is not what we speak', async (accept) => {
    expect((await ask('{__typename}', accept)).status).toBe(406);
  });

  test.each([['{'], ['{nothing}'], ['{me{id'], ['query($x:Int!){__typename}']])(
    'a document that cannot be run is a 4xx: %s',
    async (query) => {
      for (const accept of ['application/graphql-response+json', 'application/json']) {
        const response = await ask(query, accept);
        expect(response.status).toBe(400);
        const answer = await response.json();
        expect(answer.data).toBeUndefined();
        expect(answer.errors[0].message).toBeTruthy();
      }
    },
  );
});

describe('tokens', () => {
  test('travel in answers that no cache may store', async () => {
    const response = await post(login(), { 'content-type': 'application/json' });
    expect(await response.text()).toContain('accessToken');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    gateway.http('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });

  test('lets the listed origin in, with credentials', async () => {
    const { status, headers } = await preflight('https://app.example.com');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('vary')).toMatch(/origin/i);
  });

  test.each([
    'https://evil.example',
    'null',
    'https://app.example.com.evil.example',
    'https://evilapp.example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://APP.example.com',
    'https://sub.app.example.com',
  ])('does not let %s in', async (origin) => {
    const answers = [
      await preflight(origin),
      await post('{"query":"{__typename}"}', { 'content-type': 'application/json', origin }),
    ];
    for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

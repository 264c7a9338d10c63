import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { rawHttp } from '../../support/raw-http.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const send = (text: string) => rawHttp(gateway.url, text);
const BODY = '{"query":"{__typename}"}';
const request = (headers: string[], { method = 'POST', path = '/graphql', body = BODY } = {}) =>
  send(
    [`${method} ${path} HTTP/1.1`, ...headers, 'Content-Type: application/json', 'Connection: close', '', body].join(
      '\r\n',
    ),
  );
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

describe('a malformed Host header', () => {
  test.each(['a b', '[::1', 'a/b', 'a?b', 'u@h', ':99999', 'a:b:c', '\\', '%', '<script>', '..', '['])(
    'never fails: %j',
    async (host) => {
      const pages = ['/', '/health/live', '/verify', '/graphiql', '/nope'];
      const answers = [
        await request([`Host: ${host}`, `Content-Length: ${BODY.length}`]),
        ...(await Promise.all(pages.map((path) => request([`Host: ${host}`], { method: 'GET', path, body: '' })))),
      ];
      for (const answer of answers) {
        expect(statusOf(answer)).toBeGreaterThanOrEqual(200);
        expect(statusOf(answer)).toBeLessThan(500);
      }
    },
  );

  test('missing or twice is refused', async () => {
    expect(statusOf(await request([`Content-Length: ${BODY.length}`]))).toBe(400);
    const length = `Content-Length: ${BODY.length}`;
    // Once more each, since what is known is answered before Fastify is asked.
    for (let times = 0; times < 3; times += 1) {
      expect(statusOf(await request(['Host: localhost', length]))).toBe(200);
      for (const hosts of [
        ['Host: a', 'Host: b'],
        ['Host: localhost', 'hOST: localhost'],
        ['Host: a', 'X-A: b', 'Host: a'],
      ])
        expect(statusOf(await request([...hosts, length]))).toBe(400);
    }
    for (const path of ['/', '/health/live', '/.well-known/jwks.json', '/nope'])
      expect(statusOf(await request(['Host: a', 'Host: b'], { method: 'GET', path, body: '' }))).toBe(400);
  });
});

test('two Authorization headers are refused: we would check one, and the server behind a proxy perhaps use the other', async () => {
  const two = ['Host: localhost', 'Authorization: Bearer a', 'authorization: Bearer b'];
  for (const path of ['/verify-token', '/verify-token/of/orders', '/revocations'])
    expect(statusOf(await request(two, { method: 'GET', path, body: '' }))).toBe(400);
  expect(statusOf(await request([...two, `Content-Length: ${BODY.length}`]))).toBe(400);
});

test('the Host header and its forwarded relatives are never repeated', async () => {
  for (const path of [
    '/',
    '/verify?challenge=a&code=1',
    '/graphiql',
    '/.well-known/jwks.json',
    '/health/ready',
    '/nope',
  ]) {
    const headers = [
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'Forwarded: host=evil.example',
      'X-Original-URL: /evil.example',
    ];
    expect(await request(headers, { method: 'GET', path, body: '' })).not.toContain('evil.example');
  }
});

describe('a request with two meanings (smuggling) is refused', () => {
  const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
  test.each([
    ['Content-Length and Transfer-Encoding', [`Content-Length: ${BODY.length}`, 'Transfer-Encoding: chunked'], chunked],
    ['two lengths', [`Content-Length: ${BODY.length}`, 'Content-Length: 5'], BODY],
    ['two lengths in one', [`Content-Length: ${BODY.length}, 5`], BODY],
    ['a negative length', ['Content-Length: -1'], BODY],
    ['a length that is no number', ['Content-Length: 0x18'], BODY],
    ['a space before the colon', [`Content-Length : ${BODY.length}`], BODY],
    ['an unknown transfer encoding', ['Transfer-Encoding: xchunked'], chunked],
    ['chunked not last', ['Transfer-Encoding: chunked, identity'], chunked],
    ['a folded header', ['X-A: b', ' Transfer-Encoding: chunked', `Content-Length: ${BODY.length}`], BODY],
    ['a chunk size that is none', ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
  ])('%s', async (_, headers, body) => {
    const answer = await request(['Host: localhost', ...headers], { body });
    expect([0, 400, 415]).toContain(statusOf(answer));
    expect(answer).not.toContain('__typename');
  });

  test('bare line feeds', async () => {
    const answer = await send(`POST /graphql HTTP/1.1\nHost: localhost\nContent-Length: ${BODY.length}\n\n${BODY}`);
    expect([0, 400]).toContain(statusOf(answer));
  });
});

describe('methods and paths that are not ours', () => {
  test.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'CONNECT', 'FOO'])('%s is refused', async (method) => {
    const answer = await request(['Host: localhost', 'X-Secret: do-not-echo'], { method, body: '' });
    expect(statusOf(answer) === 0 || (statusOf(answer) >= 400 && statusOf(answer) < 500)).toBe(true);
    expect(answer).not.toContain('do-not-echo');
  });

  test.each([
    '/.env',
    '/.git/config',
    '/debug',
    '/debug/pprof',
    '/server-status',
    '/keys/jwt.key',
    '/..%2f..%2fetc/passwd',
    '/../../etc/passwd',
    '/graphiql/x/..%2f..%2fpackage.json',
    '/graphiql/../../package.json',
    '/%00',
    '/%E0%A4%A',
    '//evil.example/%2e%2e',
    '/schema.graphql',
    `/${'a'.repeat(3000)}`,
    '/dev/mailbox/../../.env',
    '/verify/../.env',
  ])('%s is not there', async (path) => {
    const answer = await request(['Host: localhost'], { method: 'GET', path, body: '' });
    expect([400, 404]).toContain(statusOf(answer));
    expect(answer).not.toMatch(/root:|PRIVATE KEY|"dependencies"/);
  });

  test('headers of 64 kB are refused', async () => {
    expect(
      statusOf(await request(['Host: localhost', `X-A: ${'a'.repeat(65_536)}`], { method: 'GET', body: '' })),
    ).toBe(431);
  });
});

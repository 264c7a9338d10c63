import { beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';

const FRIEND = 'https://app.example.com';
const KNOWN = '{ authSettings { __typename } }';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: FRIEND });
  for (const origin of [undefined, FRIEND, 'https://evil.example']) {
    await post(JSON.stringify({ query: KNOWN }), origin ? { origin } : {});
  }
});

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return gateway.http('/graphql', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

const byName = ([one]: [string, string], [other]: [string, string]) => (one < other ? -1 : 1);

/** What does not change from one request to the next. A Content-Encoding, even of nothing, is Fastify's to judge. */
async function both(body: string, headers: Record<string, string> = {}) {
  const seen = [];
  for (const more of [undefined, { 'content-encoding': 'identity' }]) {
    const answer = await post(body, { ...headers, ...more });
    const lasting = [...answer.headers].filter(([name]) => !['x-request-id', 'date'].includes(name)).toSorted(byName);
    seen.push({ status: answer.status, lasting, text: (await answer.text()).replace(/[0-9a-f-]{36}/g, '…') });
  }
  return seen;
}

test.each([
  ['a known document', JSON.stringify({ query: KNOWN }), 200],
  ['a known document, spelled with escapes', JSON.stringify({ query: KNOWN }).replace('a', '\\u0061'), 200],
  ['an unknown document', JSON.stringify({ query: '{ __typename authSettings { __typename } }' }), 200],
  ['a document that does not exist', JSON.stringify({ query: '{ nothing }' }), 400],
  ['an operation that the document does not have', JSON.stringify({ query: KNOWN, operationName: 'B' }), 400],
  ['a batch', JSON.stringify([{ query: KNOWN }]), 400],
  ['broken JSON', `{"query":"${KNOWN}"`, 400],
  ['nothing', '', 400],
  ['a poisoned prototype', `{"query":"${KNOWN}","__proto__":{"a":1}}`, 400],
  ['a poisoned constructor', `{"query":"${KNOWN}","constructor":{"prototype":{"a":1}}}`, 400],
  ['too much', JSON.stringify({ query: KNOWN, variables: { padding: 'x'.repeat(256 * 1024) } }), 413],
])('it answers exactly as Fastify: %s', async (_what, body, status) => {
  const [front, fastify] = await both(body);
  expect(front).toEqual(fastify);
  expect(front!.status).toBe(status);
});

test.each([FRIEND, 'https://evil.example'])(
  'pages of %s get the CORS headers that Fastify gives them',
  async (origin) => {
    const [front, fastify] = await both(JSON.stringify({ query: KNOWN }), { origin });
    expect(front).toEqual(fastify);
    const allowed = front!.lasting.find(([name]) => name === 'access-control-allow-origin')?.[1];
    expect(allowed).toBe(origin === FRIEND ? FRIEND : undefined);
  },
);

test('every answer has a request id of its own', async () => {
  const answers = await Promise.all(Array.from({ length: 300 }, () => post(JSON.stringify({ query: KNOWN }))));
  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  expect(new Set(ids).size).toBe(300);
});

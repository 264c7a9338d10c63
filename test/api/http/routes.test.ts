import { beforeAll, expect, test } from '@jest/globals';
import { Refusal } from '../../../src/errors.js';
import type { Feature, Route } from '../../../src/feature.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { product } from '../../support/product.js';

// A feature as a folder would bring it, with nothing but routes.
const readRoute: Route = {
  method: 'GET',
  path: '/notes/:id',
  operation: 'readNote',
  safe: true,
  crossOrigin: 'every',
  async answer(_ctx, { params: { id = '' } }) {
    if (id === 'missing') throw new Refusal('NOT_FOUND');
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: id };
  },
};

const slow: (() => void)[] = [];
const putRoute: Route = {
  method: 'PUT',
  path: '/notes/:id',
  operation: 'putNote',
  body: { as: 'bytes', types: ['application/octet-stream'], maxBytes: 100, atOnce: 2 },
  crossOrigin: 'configured',
  async admit(_ctx, { params }) {
    if (params.id === 'forbidden') throw new Refusal('FORBIDDEN');
  },
  async answer(_ctx, { params, bytes }) {
    if (params.id === 'slow') await new Promise<void>((done) => slow.push(done));
    return { status: 201, body: `${params.id}: ${bytes.toString('hex')}` };
  },
};

const postRoute: Route = {
  method: 'POST',
  path: '/notes',
  operation: 'postNote',
  answer: async () => ({ status: 204 }),
};

const APP = 'https://app.example.com';
const ELSEWHERE = 'https://elsewhere.example';
const notes: Feature = { name: 'notes', routes: [readRoute, putRoute, postRoute] };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: APP }, { features: [...product.FEATURES, notes] });
});

const put = (id: string, { type = 'application/octet-stream', body = 'x' as BodyInit, origin = APP } = {}) =>
  gateway.http(`/notes/${id}`, { method: 'PUT', headers: { 'content-type': type, origin }, body });

test('a route takes its own body, of its own size and type, and no other', async () => {
  const taken = await put('a', { body: new Uint8Array([0, 255]) });
  expect([taken.status, await taken.text()]).toEqual([201, 'a: 00ff']);
  const refused = async (type: string, body: BodyInit) => {
    const answer = await put('a', { type, body });
    const [{ message, extensions }] = (await answer.json()).errors;
    return [answer.status, extensions.code, message];
  };
  expect(await refused('application/octet-stream', new Uint8Array(101))).toEqual([
    413,
    'BAD_USER_INPUT',
    'The body is too long. Send 100 bytes at most.',
  ]);
  for (const type of ['application/json', 'text/plain', 'multipart/form-data', ''])
    expect(await refused(type, '{}')).toEqual([
      415,
      'BAD_USER_INPUT',
      'The content type is not accepted. Send application/octet-stream.',
    ]);
});

test('a route refuses before it reads the body, and takes no more bodies at once than it says', async () => {
  expect((await put('forbidden', { body: new Uint8Array(101) })).status).toBe(403);
  const two = [put('slow'), put('slow')];
  while (slow.length < 2) await new Promise(setImmediate);
  const third = await put('another');
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '2']);
  for (const goOn of slow) goOn();
  expect((await Promise.all(two)).map(({ status }) => status)).toEqual([201, 201]);
  expect((await put('another')).status).toBe(201);
});

test('pages of other origins read what the route says, and nothing else', async () => {
  const read = async (path: string, method: string, origin: string) => {
    const { headers } = await gateway.http(path, { method, headers: { origin } });
    return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')];
  };
  for (const origin of [APP, ELSEWHERE]) expect(await read('/notes/a', 'GET', origin)).toEqual(['*', null]);
  expect((await put('forbidden')).headers.get('access-control-allow-origin')).toBe(APP);
  expect((await put('a', { origin: ELSEWHERE })).headers.get('access-control-allow-origin')).toBeNull();
  for (const origin of [APP, ELSEWHERE]) expect(await read('/notes', 'POST', origin)).toEqual([null, null]);
});

test('of a safe route HEAD is answered, and what it refuses is no event; of others it is', async () => {
  expect((await gateway.http('/notes/a', { method: 'HEAD' })).status).toBe(200);
  expect((await gateway.http('/notes', { method: 'HEAD' })).status).toBe(404);
  expect((await gateway.http('/notes/missing')).status).toBe(404);
  await put('forbidden');
  const events = await gateway.database.sql<{ action: string }>(
    `select action from audit_events where action in ('readNote', 'putNote')`,
  );
  expect(new Set(events.map(({ action }) => action))).toEqual(new Set(['putNote']));
});

import type { RequestListener } from 'node:http';
import type { LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGuardedFetch, type GuardedRequest } from '../../src/platform/guarded-fetch.js';
import { type HttpsServer, startHttps } from '../support/https-server.js';
import { within } from '../support/within.js';

const LIMITS: GuardedRequest = { maxBytes: 1000, timeout: 3000 };
let answer: RequestListener = (_request, response) => response.end('hello');
let server: HttpsServer;
beforeAll(async () => {
  server = await startHttps((request, response) => answer(request, response));
});
afterAll(() => server.close());

/** A resolver of names that gives these addresses. */
const resolving =
  (...addresses: string[]): LookupFunction =>
  (_name, options, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };

const allowing = () => createGuardedFetch({ ...server.trusted, allowed: ['127.0.0.1'] });

describe('no connection is opened to', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[0:0:0:0:0:0:0:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'localhost',
    '①②⑦.⓪.⓪.①',
  ])('this machine, written as %s', async (host) => {
    const guarded = createGuardedFetch(server.trusted);
    const before = server.reached();
    await expect(guarded(`https://${host}:${server.port}/`, LIMITS)).rejects.toMatchObject({
      name: 'GuardedFetchError',
      message: 'The address is not public.',
      passing: false,
    });
    expect(server.reached()).toBe(before);
  });

  test.each([
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[fe80::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fec0::1]',
    '[ff02::1]',
    '[::ffff:169.254.169.254]',
    '[4000::1]',
  ])('a network that is not public: %s', async (host) => {
    await expect(createGuardedFetch()(`https://${host}/`, { ...LIMITS, timeout: 1000 })).rejects.toMatchObject({
      message: 'The address is not public.',
      passing: false,
    });
  });

  test.each([
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['::1'],
    ['::7f00:1'],
    ['168.63.129.16'],
    ['::ffff:10.0.0.1'],
    // One of several is enough: which one would be asked is not known.
    ['93.184.215.14', '127.0.0.1'],
    ['127.0.0.1', '93.184.215.14'],
  ])('a name that resolves to %s %s', async (...addresses) => {
    const guarded = createGuardedFetch({ ...server.trusted, lookup: resolving(...addresses.filter(Boolean)) });
    const before = server.reached();
    await expect(guarded(`https://pictures.example:${server.port}/`, LIMITS)).rejects.toMatchObject({
      message: 'The address is not public.',
      passing: false,
    });
    expect(server.reached()).toBe(before);
  });

  test.each([
    'http://93.184.215.14/',
    'ftp://93.184.215.14/',
    'file:///etc/passwd',
    'data:image/png,x',
    'gopher://127.0.0.1/',
    '//93.184.215.14/',
    'no address',
    '',
    'https://',
    'https://user:password@93.184.215.14/',
  ])('what is not plain https: %j', async (url) => {
    await expect(createGuardedFetch()(url, LIMITS)).rejects.toMatchObject({
      name: 'GuardedFetchError',
      passing: false,
    });
  });
});

test('an answer is whole, with its status and headers', async () => {
  answer = (request, response) => {
    response.writeHead(201, { 'x-it': `${request.method} ${String(request.headers['x-mine'])}` });
    request.pipe(response);
  };
  const got = await allowing()(server.url, { ...LIMITS, method: 'POST', headers: { 'x-mine': 'yes' }, body: 'a body' });
  expect([got.status, got.headers['x-it'], got.body.toString()]).toEqual([201, 'POST yes', 'a body']);
});

test('a redirect is not followed', async () => {
  let asked = 0;
  answer = (_request, response) => {
    asked += 1;
    response.writeHead(302, { location: `${server.url}/secret` }).end();
  };
  expect((await allowing()(server.url, LIMITS)).status).toBe(302);
  expect(asked).toBe(1);
});

test('a certificate that is not of the host is refused', async () => {
  answer = (_request, response) => response.end('hello');
  const guarded = createGuardedFetch({ allowed: ['127.0.0.1'] });
  await expect(guarded(server.url, LIMITS)).rejects.toMatchObject({ name: 'GuardedFetchError', passing: true });
  const named = createGuardedFetch({ ...server.trusted, allowed: ['127.0.0.1'], lookup: resolving('127.0.0.1') });
  expect((await named(`https://pictures.example:${server.port}/`, LIMITS)).status).toBe(200);
  await expect(named(`https://others.example:${server.port}/`, LIMITS)).rejects.toMatchObject({ passing: true });
});

test.each<[string, RequestListener]>([
  [
    'says that it is too long',
    (_request, response) => response.writeHead(200, { 'content-length': 1001 }).flushHeaders(),
  ],
  [
    'does not end',
    (_request, response) => {
      const write = () => response.destroyed || (response.write(Buffer.alloc(500)), setTimeout(write, 1));
      write();
    },
  ],
])('an answer that %s is cut off', async (_, listener) => {
  answer = listener;
  await expect(allowing()(server.url, LIMITS)).rejects.toMatchObject({
    message: 'The answer is longer than 1000 bytes.',
    passing: false,
  });
});

test.each<[string, RequestListener]>([
  ['never comes', () => {}],
  [
    'comes byte by byte',
    (_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('an answer that %s is not waited for', async (_, listener) => {
  answer = listener;
  const refused = { message: 'The server did not answer in time.', passing: true };
  await within(2500, () => expect(allowing()(server.url, { ...LIMITS, timeout: 300 })).rejects.toMatchObject(refused));
});

test('an answer that breaks off is an error', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setTimeout(() => response.destroy(), 20);
  };
  await expect(allowing()(server.url, LIMITS)).rejects.toMatchObject({ name: 'GuardedFetchError', passing: true });
});

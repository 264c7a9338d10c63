import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LyingProvider, startLyingProvider } from '../support/lying-provider.js';
import { createProviderClient, type ProviderClient } from '../support/provider-client.js';

let liar: LyingProvider;
let client: ProviderClient;
beforeAll(async () => {
  liar = await startLyingProvider();
});
beforeEach(() => {
  liar.honest();
  client = createProviderClient(liar.settings());
});
afterAll(() => liar?.close());

const signIn = () => client.signIn('acme', liar.visit);
const PLACES = ['/.well-known/openid-configuration', '/jwks', '/token', '/userinfo'];
const asked = (path: string) => liar.requests.filter((request) => request.path === path).length;

type Lie = (request: IncomingMessage, response: ServerResponse) => void;
const LIES: [string, string, Lie][] = [
  ['500', 'unavailable', (_, response) => response.writeHead(500).end('{}')],
  ['429', 'unavailable', (_, response) => response.writeHead(429).end('{}')],
  ['403', 'failed', (_, response) => response.writeHead(403).end('{}')],
  ['an error', 'failed', (_, response) => json(response.writeHead(400), '{"error":"invalid_grant"}')],
  ['HTML', 'failed', (_, response) => response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>')],
  ['a JSON list', 'failed', (_, response) => json(response, '[]')],
  ['half of a JSON text', 'failed', (_, response) => json(response, '{"a":')],
  ['nothing', 'failed', (_, response) => response.end()],
  [
    'a redirect to the metadata of a cloud',
    'failed',
    (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  ],
  ['a redirect to itself', 'failed', (_, response) => response.writeHead(307, { location: '/honest' }).end()],
  ['a closed connection', 'unavailable', (request) => request.socket.destroy()],
  ['64 MB', 'failed', (_, response) => void pour(response, 64)],
];

function json(response: ServerResponse, text: string): void {
  if (!response.headersSent) response.setHeader('content-type', 'application/json');
  response.end(text);
}

/** As fast as the other side takes it. */
async function pour(response: ServerResponse, megabytes: number): Promise<void> {
  response.on('error', () => {});
  response.writeHead(200, { 'content-type': 'application/json' });
  const piece = Buffer.alloc(1_000_000, ' ');
  for (let sent = 0; sent < megabytes && !response.destroyed; sent += 1)
    if (!response.write(piece)) await new Promise((go) => response.once('drain', go).once('close', go));
  response.end();
}

test.each(PLACES.flatMap((place) => LIES.map(([what, reason, lie]) => [place, what, reason, lie] as const)))(
  'where %s answers with %s, only this sign-in fails',
  async (place, _, reason, lie) => {
    liar.answers.set(place, lie);
    const begun = performance.now();
    const problem = await client.failure('acme', liar.visit);
    expect(problem.reason).toBe(reason);
    expect(performance.now() - begun).toBeLessThan(5000);
    liar.answers.clear();
    client.clock.advance(11_000);
    expect(await signIn()).toMatchObject({ subject: 'ada' });
  },
);

test.each(['/token', '/userinfo'])('%s that never answers is waited for 5 seconds', async (place) => {
  liar.answers.set(place, () => {});
  const begun = performance.now();
  expect((await client.failure('acme', liar.visit)).reason).toBe('unavailable');
  const waited = performance.now() - begun;
  expect(waited).toBeGreaterThan(4900);
  // The limit of all requests together is 10 s.
  expect(waited).toBeLessThan(9800);
});

test('one that is slow everywhere is waited for 10 seconds', async () => {
  liar.delay = 4000;
  const begun = performance.now();
  expect((await client.failure('acme', liar.visit)).message).toContain('10 s');
  // Of them 4 for the metadata, before the browser was sent there. A busy machine adds to it.
  expect(performance.now() - begun).toBeLessThan(24_000);
});

test('one that is down fails at once', async () => {
  const gone = await startLyingProvider();
  const down = createProviderClient(gone.settings());
  await gone.close();
  expect((await down.failure('acme', gone.visit)).reason).toBe('unavailable');
});

test('its metadata are asked for once by all who wait, and again after an hour', async () => {
  await Promise.all(Array.from({ length: 20 }, signIn));
  expect(asked('/.well-known/openid-configuration')).toBe(1);
  expect(asked('/jwks')).toBe(1);
  client.clock.advance(3_500_000);
  await signIn();
  expect(asked('/.well-known/openid-configuration')).toBe(1);
  client.clock.advance(200_000);
  await signIn();
  expect(asked('/.well-known/openid-configuration')).toBe(2);
});

test('where its metadata cannot be read again, those of before are used, and asked for again a moment later', async () => {
  await signIn();
  client.clock.advance(3_700_000);
  liar.answers.set('/.well-known/openid-configuration', (_, response) => response.writeHead(503).end());
  await signIn();
  await signIn();
  expect(asked('/.well-known/openid-configuration')).toBe(2);
  client.clock.advance(11_000);
  await signIn();
  expect(asked('/.well-known/openid-configuration')).toBe(3);
});

test('keys that cannot be read again are used for a day: one that was withdrawn must not count for ever', async () => {
  await signIn();
  for (const path of ['/.well-known/openid-configuration', '/jwks'])
    liar.answers.set(path, (_, response) => response.writeHead(503).end());
  client.clock.advance(23 * 3_600_000);
  await signIn();
  client.clock.advance(2 * 3_600_000);
  expect((await client.failure('acme', liar.visit)).reason).toBe('unavailable');
  // Nor within the ten seconds in which nothing is loaded again.
  expect((await client.failure('acme', liar.visit)).reason).toBe('unavailable');
  liar.answers.clear();
  expect(await signIn()).toMatchObject({ subject: 'ada' });
});

test.each([undefined, 'first'])(
  'a key that was replaced under us (kid %p) is found by the next sign-in',
  async (kid) => {
    await signIn();
    client.clock.advance(11_000);
    liar.rotate(kid);
    expect(await signIn()).toMatchObject({ subject: 'ada' });
  },
);

test('ID tokens of unknown keys have the keys loaded again once in ten seconds', async () => {
  await signIn();
  client.clock.advance(11_000);
  const { sign } = liar;
  liar.sign = (claims) =>
    sign(claims).replace(/^[^.]+/, Buffer.from('{"alg":"ES256","kid":"x"}').toString('base64url'));
  for (let time = 0; time < 5; time += 1) await client.failure('acme', liar.visit);
  expect(asked('/jwks')).toBe(2);
});

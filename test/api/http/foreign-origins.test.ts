import { beforeEach, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { ME, REFRESH } from '../../support/people.js';

const FRIEND = 'https://app.example.com';
const FORGOTTEN = 'https://forgotten.example.com';
const HOUR = 3_600_000;

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({ CORS_ORIGINS: FRIEND });
});

const preflight = (origin: string, path = '/graphql') =>
  gateway.http(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
const logged = () => gateway.log.lines.filter(({ msg }) => msg?.startsWith('pages of this origin may not call'));

describe('an origin that CORS_ORIGINS lacks is logged', () => {
  test('when a browser asks whether a page of it may call: once an hour', async () => {
    const answer = await preflight(FORGOTTEN);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    await preflight(FORGOTTEN);
    await preflight(FORGOTTEN, '/avatars/upload');
    const requestId = answer.headers.get('x-request-id');
    expect(logged()).toEqual([expect.objectContaining({ level: 'warn', origin: FORGOTTEN, requestId })]);
    gateway.clock.advance(HOUR);
    await preflight(FORGOTTEN);
    expect(logged()).toHaveLength(2);
  });

  test('when the cookie of its page is refused: behind a proxy on the host of the page the browser sends no OPTIONS', async () => {
    const headers = { origin: FORGOTTEN, cookie: 'sallyport-refresh=x' };
    expectCode(await gateway.gql(REFRESH, {}, { headers }), 'FORBIDDEN');
    expect(logged()).toMatchObject([{ origin: FORGOTTEN }]);
  });

  test('in few and short lines, whatever origins there are', async () => {
    await preflight(`https://${'a'.repeat(5000)}.example`);
    for (let count = 0; count < 20; count += 1) await preflight(`https://n${count}.example`);
    expect(logged()).toHaveLength(10);
    expect(logged()[0]?.origin).toHaveLength(200);
  });
});

test('nothing is logged of our own pages, of those that may call, of programs, of frames without an origin, and of what every page may read', async () => {
  await preflight('null');
  for (const origin of [FRIEND, 'http://localhost:4000', 'http://127.0.0.1:4000']) {
    await preflight(origin);
    await gateway.gql(ME, {}, { headers: { origin } });
  }
  await gateway.gql(ME);
  await gateway.http('/.well-known/jwks.json', { headers: { origin: FORGOTTEN } });
  expect(logged()).toEqual([]);
});

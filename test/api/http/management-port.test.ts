import { beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../src/platform/free-port.js';
import { loadConfig } from '../../../src/config/config.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { signedInPerson } from '../../support/people.js';
import { COPROCESSOR_SECRET, routerRequest } from '../../support/router-calls.js';

let gateway: TestGateway;
let management: string;
beforeAll(async () => {
  gateway = await startGateway({ MANAGEMENT_PORT: '0', COPROCESSOR_SECRET });
  management = gateway.inner.managementUrl!;
});

const PRIVATE = ['/health/live', '/health/ready', '/metrics'];
const status = async (address: string, init?: RequestInit) => (await fetch(address, init)).status;

describe('with MANAGEMENT_PORT', () => {
  test('health and metrics are answered there, and not on the port of the API', async () => {
    expect(new URL(management).port).not.toBe(new URL(gateway.url).port);
    for (const path of PRIVATE) {
      expect([path, await status(management + path)]).toEqual([path, 200]);
      expect([path, await status(gateway.url + path)]).toEqual([path, 404]);
    }
    expect(await (await fetch(`${management}/metrics`)).text()).toContain('sallyport_jobs_waiting');
    expect(await (await fetch(gateway.url)).text()).not.toContain('health/ready');
  });

  test('the API is not answered there, whatever is asked', async () => {
    for (const path of ['/', '/graphql', '/.well-known/jwks.json', '/oauth/introspect', '/coprocessor/', '/health'])
      for (const method of ['GET', 'POST'])
        expect([method, path, await status(management + path, { method })]).toEqual([method, path, 404]);
    expect(await status(`${gateway.url}/.well-known/jwks.json`)).toBe(200);
  });

  test('routers are answered there too, by the secret alone', async () => {
    expect(gateway.inner.coprocessorUrl).toBe(management);
    const { accessToken } = await signedInPerson(gateway);
    const call = (secret: string, to = management) =>
      fetch(`${to}/coprocessor/${secret}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(routerRequest(accessToken)),
      });
    const answered = await call(COPROCESSOR_SECRET);
    expect([answered.status, await answered.json()]).toMatchObject([200, { control: 'continue' }]);
    expect((await call(`${COPROCESSOR_SECRET}x`)).status).toBe(404);
    expect((await call(COPROCESSOR_SECRET, gateway.url)).status).toBe(404);
  });

  test('metrics ask for METRICS_TOKEN there as well, where it is set', async () => {
    const guarded = await gateway.replica({ METRICS_TOKEN: 'a token for the scraper' });
    const at = guarded.inner.managementUrl!;
    expect(await status(`${at}/metrics`)).toBe(404);
    expect(await status(`${at}/metrics`, { headers: { authorization: 'Bearer another token of it' } })).toBe(404);
    expect(await status(`${at}/metrics`, { headers: { authorization: 'Bearer a token for the scraper' } })).toBe(200);
    await guarded.close();
  });

  test('it listens on 127.0.0.1 alone unless MANAGEMENT_HOST says otherwise', () => {
    expect(new URL(management).hostname).toBe('127.0.0.1');
    expect(loadConfig({ MANAGEMENT_PORT: '4002', MANAGEMENT_HOST: '0.0.0.0' }).management).toEqual({
      host: '0.0.0.0',
      port: 4002,
    });
  });

  test('while the server stops, readiness says no there, until what runs is answered', async () => {
    const replica = await gateway.replica({ SHUTDOWN_DELAY: '300ms' });
    const at = replica.inner.managementUrl!;
    expect(await status(`${at}/health/ready`)).toBe(200);
    const closed = replica.close();
    expect(await status(`${at}/health/ready`)).toBe(503);
    expect(await status(`${at}/health/live`)).toBe(200);
    await closed;
    await expect(fetch(`${at}/health/live`)).rejects.toThrow('fetch failed');
  });

  test('a port that is taken stops the start, and nothing of it stays open', async () => {
    const taken = new URL(management).port;
    const port = String(await freePort('127.0.0.1'));
    await expect(gateway.replica({ PORT: port, MANAGEMENT_PORT: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });
});

test('without it, they are where the API is', async () => {
  const plain = await gateway.replica({ MANAGEMENT_PORT: '' });
  expect(plain.inner.managementUrl).toBeNull();
  for (const path of PRIVATE) expect([path, await status(plain.url + path)]).toEqual([path, 200]);
  await plain.close();
});

describe('settings that contradict each other are named', () => {
  const wrong = (env: Record<string, string>) => () => loadConfig(env);
  const secret = { COPROCESSOR_SECRET };

  test.each([
    [{ MANAGEMENT_HOST: '0.0.0.0' }, 'MANAGEMENT_HOST: it has no effect without MANAGEMENT_PORT'],
    [{ MANAGEMENT_PORT: '4000' }, 'MANAGEMENT_PORT: it is the port of the API'],
    [{ MANAGEMENT_PORT: '4000', MANAGEMENT_HOST: '0.0.0.0' }, 'MANAGEMENT_PORT: it is the port of the API'],
    [{ MANAGEMENT_PORT: '4001', COPROCESSOR_PORT: '4001', ...secret }, 'COPROCESSOR_PORT: it is MANAGEMENT_PORT'],
    [{ TLS_CERT: 'a.pem' }, 'TLS_CERT: it has no effect without TLS_KEY'],
    [{ TLS_KEY: 'a.pem' }, 'TLS_KEY: it has no effect without TLS_CERT'],
  ])('%j', (env, sentence) => {
    expect(wrong(env)).toThrow(sentence);
  });

  test('a listener for routers of its own stays one', () => {
    const { coprocessor } = loadConfig({ MANAGEMENT_PORT: '4002', COPROCESSOR_PORT: '4001', ...secret });
    expect(coprocessor?.at).toEqual({ host: '127.0.0.1', port: 4001 });
    expect(loadConfig({ MANAGEMENT_PORT: '4002', ...secret }).coprocessor?.at).toBe('management');
  });
});

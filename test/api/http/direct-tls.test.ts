import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeCertificate } from '../../support/certificate.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { until } from '../../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [first, second] = [makeCertificate('localhost'), makeCertificate('localhost')];

/** As Kubernetes mounts a Secret: the files are links through `..data`, which is replaced at once. */
function mount({ cert, key }: { cert: string; key: string }, name: string): void {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, 'tls.crt'), cert);
  writeFileSync(join(place, 'tls.key'), key, { mode: 0o600 });
  symlinkSync(name, join(folder, '..data_next'));
  renameSync(join(folder, '..data_next'), join(folder, '..data'));
}

const files = { TLS_CERT: join(folder, 'tls.crt'), TLS_KEY: join(folder, 'tls.key') };
let gateway: TestGateway;
let port: number;
beforeAll(async () => {
  for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(folder, file));
  mount(first, 'first');
  gateway = await startGateway(files);
  port = Number(new URL(gateway.url).port);
});

async function handshake(options: object = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** The certificate that a new connection meets, in PEM. */
async function served(): Promise<string> {
  const socket = await handshake();
  const pem = socket.getPeerX509Certificate()!.toString();
  socket.destroy();
  return pem;
}

function get(path: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    asked.once('error', reject).end();
  });
}

describe('with TLS_CERT and TLS_KEY', () => {
  test('the port speaks https, with a certificate that clients verify', async () => {
    expect(gateway.url).toMatch(/^https:/);
    const agent = new Agent({ ca: first.cert, servername: 'localhost' });
    expect(await get('/health/ready', agent)).toBe(200);
    expect(await get('/.well-known/jwks.json', agent)).toBe(200);
    agent.destroy();
  });

  test('it speaks no http, and no TLS that is out of date', async () => {
    const plain = connectPlainly(port, '127.0.0.1');
    plain.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
    let heard = '';
    plain.on('data', (chunk) => (heard += chunk.toString())).on('error', () => {});
    await once(plain, 'close');
    expect(heard).not.toContain('200 OK');
    await expect(handshake({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
    const socket = await handshake();
    expect(socket.getProtocol()).toBe('TLSv1.3');
    socket.destroy();
  });

  test('a certificate that is replaced is served without a restart, and open connections go on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: first.cert, servername: 'localhost' });
    expect(await get('/health/live', agent)).toBe(200);
    const [open] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
    mount(second, 'second');
    await until(async () => (await served()) === second.cert.trimEnd() + '\n');
    expect(await get('/health/live', agent)).toBe(200);
    const [same] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
    // By the certificate that it verified when it was opened: the other one is none of its authorities.
    expect(same).toBe(open);
    agent.destroy();
    expect(gateway.log.text()).toContain('the certificate was replaced');
  });

  test('a pair that does not fit is not taken, which is logged once, and then the one that does', async () => {
    const third = makeCertificate('localhost');
    mount({ cert: third.cert, key: first.key }, 'torn');
    await until(async () => gateway.log.text().includes('the certificate is not replaced'));
    const before = await served();
    expect(before).toBe(second.cert);
    await new Promise((done) => setTimeout(done, 1200));
    expect(gateway.log.text().split('the certificate is not replaced')).toHaveLength(2);
    expect(gateway.log.text()).not.toContain('PRIVATE KEY');
    mount(third, 'third');
    await until(async () => (await served()) === third.cert);
  });

  test('metrics say when it expires', async () => {
    const text = await gateway.inner.services.metrics.print();
    expect(text).toContain(
      `sallyport_certificate_expires_timestamp_seconds ${Date.UTC(2049, 11, 31, 23, 59, 59) / 1000}`,
    );
  });
});

describe('the start is refused, in a sentence', () => {
  test.each([
    ['a file that is not there', { ...files, TLS_CERT: join(folder, 'none.pem') }, /TLS_CERT: the file cannot be read/],
    ['a key of another certificate', { TLS_KEY: join(folder, 'second/tls.key') }, /are no certificate and its key/],
    ['a file that is no key', { TLS_KEY: files.TLS_CERT }, /are no certificate and its key/],
  ])('for %s', async (_, changed, sentence) => {
    await expect(gateway.replica({ PORT: '0', ...changed })).rejects.toThrow(sentence);
  });
});

test('PUBLIC_URL is https then, unless it is set', async () => {
  const { publicUrl } = (await gateway.replica({ PUBLIC_URL: '' })).inner.services.config;
  expect(publicUrl).toMatch(/^https:\/\/localhost:\d+$/);
});

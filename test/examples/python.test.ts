import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { claimsOf, holderOf, UPDATE_ROLE, UPDATE_USER_ROLES } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { testWith } from '../support/not-run.js';
import { admin, LOGOUT, type SignedInPerson, signedInPerson } from '../support/people.js';
import { ORDERS_SECRET, RESOURCE_SERVERS } from '../support/resource-server.js';
import { root } from '../support/source-tree.js';
import { forge, signingKeyOf, decode } from '../support/token-forge.js';
import { until } from '../support/until.js';
import { within } from '../support/within.js';

const python = ['/usr/bin/python3', 'python3'].find(
  (path) => spawnSync(path, ['-c', 'import jwt, cryptography']).status === 0,
);
const testPython = testWith(python, 'the verifier in Python', 'no Python with PyJWT: apt-get install python3-jwt');

let gateway: TestGateway;
let boss: SignedInPerson;
let verifier: ChildProcess;
let lines: AsyncIterator<string>;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
  verifier = spawn(python ?? 'python3', [join(root, 'examples/python/verifier.py')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      SALLYPORT_ISSUER: gateway.config.publicUrl,
      SALLYPORT_GATEWAY: gateway.url,
      SALLYPORT_SERVICE: `orders:${ORDERS_SECRET}`,
    },
  });
  verifier.on('error', () => {});
  lines = createInterface({ input: verifier.stdout! })[Symbol.asyncIterator]();
});
afterAll(() => void verifier.kill());

async function verdict(token: string): Promise<string> {
  verifier.stdin!.write(`${token}\n`);
  return (await lines.next()).value as string;
}

testPython('a verifier in another language refuses what was revoked within a second', async () => {
  const byBoss = (document: string, input: object) => gateway.ask(document, { input }, { token: boss.accessToken });
  const ways: ((user: SignedInPerson & { role: string }) => Promise<unknown>)[] = [
    ({ accessToken: token }) => gateway.ask(LOGOUT, {}, { token }),
    ({ id: userId }) => byBoss(UPDATE_USER_ROLES, { userId, roles: ['user'] }),
    ({ role: name }) => byBoss(UPDATE_ROLE, { name, permissions: [] }),
  ];
  for (const revoke of ways)
    await within(1000, async (start) => {
      const ada = await holderOf(gateway, ['orders:read']);
      expect(await verdict(ada.accessToken)).toBe(`user ${ada.id}`);
      await revoke(ada);
      start();
      await until(async () => (await verdict(ada.accessToken)) === 'refused');
    });
});

testPython('and what was not issued here', async () => {
  const { accessToken, sessionId } = await signedInPerson(gateway);
  const { header, payload } = decode(accessToken);
  const key = signingKeyOf(gateway.config.keysDir);
  const forged = [
    forge({ ...header, typ: 'JWT' }, payload, key),
    forge(header, { ...payload, iss: 'https://evil.example' }, key),
    forge(header, { ...payload, aud: 'https://evil.example' }, key),
    forge(header, { ...payload, exp: payload.iat - 60 }, key),
    `${accessToken.slice(0, -6)}AAAAAA`,
    'nonsense',
  ];
  for (const token of forged) expect(await verdict(token)).toBe('refused');
  expect(claimsOf(accessToken).sid).toBe(sessionId);
  expect(await verdict(accessToken)).toBe(`user ${payload.sub}`);
});

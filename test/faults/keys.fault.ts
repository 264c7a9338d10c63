import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, jest } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { fault } from '../support/fault.js';
import { newSession, type Tokens } from '../support/installation.js';
import { newEmail, REGISTER, STRONG_PASSWORD } from '../support/people.js';
import { runCommand, type ServerProcess, startServer, temporaryFolder } from '../support/server-process.js';
import { deploy, useSessions } from '../support/sessions-in-use.js';

jest.setTimeout(600_000);

const PUBLIC_URL = 'http://localhost:4000';
const SESSIONS = 10;
const FORMER = 'the former secret of an installation which nobody else has';
const NEXT = 'the next secret of an installation which nobody else has either';

let database: TestDatabase;
let servers: ServerProcess[] = [];
beforeEach(async () => {
  database = await cloneDatabase();
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.end('SIGKILL')));
  await database.drop();
});

async function startTwo(settings: Record<string, string>): Promise<Tokens[]> {
  servers = [await startServer(settings)];
  servers.push(await startServer(settings));
  const [server] = servers as [ServerProcess];
  const person = { email: newEmail(), password: STRONG_PASSWORD };
  await server.ask(REGISTER, { input: person });
  return Promise.all(Array.from({ length: SESSIONS }, () => newSession({ server }, person)));
}

function settingsOf(more: Record<string, string>): Record<string, string> {
  const url = { DATABASE_URL: database.url, PUBLIC_URL };
  return { ...url, LIMITS_FACTOR: '1000', EMAIL_VERIFICATION: 'optional', ...more };
}

/** A service that verifies tokens by itself, and reads the published keys when it is told to. */
function createVerifier() {
  let keys: ReturnType<typeof createLocalJWKSet>;
  const kids = new Set<string>();
  return {
    kids,
    async read() {
      keys = createLocalJWKSet((await (await servers[0]!.http('/.well-known/jwks.json')).json()) as JSONWebKeySet);
    },
    async verify(token: string) {
      await jwtVerify(token, keys, { issuer: PUBLIC_URL, typ: 'at+jwt' });
      kids.add(decodeProtectedHeader(token).kid ?? '');
    },
  };
}

fault(
  'the signing keys in PostgreSQL are rotated while two replicas serve, and a verifier holds the keys of the hour before',
  '0 tokens refused, by replicas or verifier',
  async () => {
    const settings = settingsOf({ KEYS_DIR: 'off', SERVER_SECRET: FORMER });
    const sessions = await startTwo(settings);
    const verifier = createVerifier();
    await verifier.read();
    const used = useSessions({ servers, sessions, verify: verifier.verify });
    await used.refreshed(3);
    const { code, output } = await runCommand(['keys', 'rotate'], settings);
    if (code !== 0) throw new Error(output);
    // Each process publishes the next key three seconds later at most. The verifier reads once in the hour until it signs.
    await sleep(4_000);
    await verifier.read();
    await database.sql(`update signing_keys set active_from = now() + interval '1 s' where active_from > now()`);
    // Each process has read that.
    await sleep(4_000);
    await used.refreshed(5);
    await used.stop();
    const figure = `${used.refused.length} of ${used.tokens} refused, by ${verifier.kids.size} keys`;
    return {
      figure: [figure, ...new Set(used.refused)].join('; '),
      held: used.refused.length === 0 && verifier.kids.size === 2,
    };
  },
);

fault(
  'key files and SERVER_SECRET are replaced by three rolling deployments of two replicas',
  '0 tokens refused, 0 sessions lost',
  async () => {
    const keys = temporaryFolder();
    const settings = settingsOf({ KEYS_DIR: keys, SERVER_SECRET: FORMER });
    const file = (name: string) => join(keys, name);
    const sessions = await startTwo(settings);
    const verifier = createVerifier();
    await verifier.read();
    const used = useSessions({ servers, sessions, verify: verifier.verify });
    await used.refreshed(3);

    // As docs/keys.md says.
    await runCommand(['keys', '--dir', keys, '--name', 'next']);
    await deploy(servers, { ...settings, SERVER_SECRET: `${FORMER},${NEXT}` });
    await used.refreshed(3);
    await verifier.read();
    copyFileSync(file('jwt.key.pub'), file('former.key.pub'));
    for (const end of ['key', 'key.pub']) renameSync(file(`next.${end}`), file(`jwt.${end}`));
    await deploy(servers, { ...settings, SERVER_SECRET: `${NEXT},${FORMER}` });
    await used.refreshed(3);
    await verifier.read();
    rmSync(file('former.key.pub'));
    await deploy(servers, { ...settings, SERVER_SECRET: NEXT });
    await used.refreshed(3);
    await used.stop();

    const figure = `${used.refused.length} of ${used.tokens} refused, by ${verifier.kids.size} keys`;
    return {
      figure: [figure, ...new Set(used.refused)].join('; '),
      held: used.refused.length === 0 && verifier.kids.size === 2,
    };
  },
);

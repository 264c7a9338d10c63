import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { exportUsersCommand, readArguments } from '../../src/cli/export-users.js';
import { systemClock } from '../../src/platform/clock.js';
import { commandHere } from '../support/command-here.js';
import { answerTo, address, hash } from '../support/exported-users.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { importLines } from '../support/import-command.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { temporaryFolder } from '../support/server-process.js';

const GOOGLE = 'https://accounts.google.com';
/** In the order of their ids. */
const LINES = [
  {
    id: '01980000-0000-7000-8000-000000000001',
    externalId: 'legacy-1',
    email: address('full'),
    emailVerified: true,
    username: 'Full.Name',
    displayName: 'Ada "Full" Ünal',
    locale: 'de-AT',
    createdAt: '2024-02-29T10:11:12.123Z',
    suspended: true,
    roles: ['admin', 'user'],
    identities: [{ provider: 'google', issuer: GOOGLE, subject: '110169', email: 'a@gmail.com' }],
  },
  {
    id: '01980000-0000-7000-8000-000000000002',
    email: address('plain'),
    emailVerified: true,
    createdAt: '2024-03-01T00:00:00.000Z',
    roles: ['user'],
  },
  {
    id: '01980000-0000-7000-8000-000000000003',
    email: address('unverified'),
    emailVerified: false,
    createdAt: '2024-03-02T00:00:00.000Z',
    roles: ['user'],
  },
];
const WITH_HASHES = LINES.map((line) => ({ ...line, passwordHash: hash }));

let gateway: TestGateway;
let folder: string;
const bring = (at: TestGateway, lines: object[]) =>
  importLines(join(folder, 'users.ndjson'), lines, ['--allow-roles'], at.database.url);

beforeAll(async () => {
  folder = temporaryFolder();
  gateway = await startGateway();
  expect((await bring(gateway, WITH_HASHES)).code).toBe(0);
});

async function exported(...args: string[]): Promise<{ users: Record<string, unknown>[]; errors: string }> {
  const settings = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: gateway.database.url };
  const { code, stdout, errors } = await commandHere(['users:export', ...args], settings);
  expect(code).toBe(0);
  const lines = stdout.split('\n').filter(Boolean);
  return { users: lines.map((line) => JSON.parse(line)), errors };
}

describe('sallyport users:export', () => {
  test('writes what was imported, and no hash unless it is asked for', async () => {
    const { users, errors } = await exported();
    expect(users).toEqual(LINES);
    expect(JSON.stringify(users)).not.toContain('$2');
    expect(errors).toBe(`Cursor: ${LINES[2]!.id}\n`);
    expect((await exported('--with-password-hashes')).users).toEqual(WITH_HASHES);
    const events = await gateway.database.sql(
      `select details->'withCredentials' as hashes from audit_events where action = 'exportUsers' order by seq`,
    );
    expect(events).toEqual([{ hashes: false }, { hashes: true }]);
  });

  test('users:import of another installation takes all of it, and people sign in with their passwords', async () => {
    const other = await startGateway();
    const { code, report } = await bring(other, (await exported('--with-password-hashes')).users);
    expect(code).toBe(0);
    expect(report.filter(({ outcome }) => outcome !== 'imported')).toEqual([]);
    expect(await answerTo(other, 'plain')).toBe('SignedIn');
    expect(await answerTo(other, 'full')).toBe('ACCOUNT_SUSPENDED');
  });

  test('goes on after a cursor, and external ids are those of the source', async () => {
    expect((await exported('--after', LINES[0]!.id)).users).toEqual(LINES.slice(1));
    expect((await exported('--after', LINES[2]!.id)).errors).toBe(`Cursor: ${LINES[2]!.id}\n`);
    expect((await exported('--source', 'auth0')).users[0]).not.toHaveProperty('externalId');
    const { code, errors } = await commandHere(['users:export', '--after', '12'], { NODE_ENV: 'test' });
    expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining('--after is the cursor') });
  });

  test('a deleted account is not among them', async () => {
    await gateway.database.sql('update users set deleted_at = now() where email = $1', [address('unverified')]);
    expect((await exported()).users).toEqual(LINES.slice(0, 2));
    await gateway.database.sql('update users set deleted_at = null where email = $1', [address('unverified')]);
  });

  test('waits for a slow reader, and prints the cursor of what one that goes away has read', async () => {
    await gateway.database.sql(`insert into users (id, email, version, security_stamp, created_at, updated_at)
      select gen_random_uuid(), 'many-' || n || '@example.net', 1, 1, now(), now() from generate_series(1, 1200) n`);
    const database = await openTestDatabase(gateway.database.url);
    const out = new PassThrough({ highWaterMark: 1 });
    let told = '';
    const say = (text: string) => (told += text);
    const { signal } = new AbortController();
    const done = exportUsersCommand({ database, clock: systemClock, out, say, signal }, readArguments({}));
    await once(out, 'readable');
    await sleep(150);
    const read = (out.read() as Buffer).toString().trim().split('\n');
    // Not the next page before the reader has taken this one.
    expect(read).toHaveLength(500);
    await once(out, 'readable');
    out.destroy(new Error('EPIPE'));
    await done;
    await database.close();
    expect(told).toBe(`Cursor: ${JSON.parse(read.at(-1)!).id}`);
    await gateway.database.sql(`delete from users where email like 'many-%'`);
  });
});

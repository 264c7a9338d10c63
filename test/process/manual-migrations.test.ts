import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { emptyDatabase, type TestDatabase } from '../support/database.js';
import { failedStart } from '../support/failed-start.js';
import { REGISTER, STRONG_PASSWORD } from '../support/people.js';
import { runCommand, startServer, temporaryFolder } from '../support/server-process.js';
import { readText } from '../support/source-tree.js';

jest.setTimeout(240_000);

const role = `sallyport_test_${randomBytes(4).toString('hex')}`;
const PENDING = /migrations are pending: npm run migration:up/;
let database: TestDatabase;
/** As the server of a careful operator connects: it may change rows, and create nothing. */
let restricted: Record<string, string>;

beforeAll(async () => {
  database = await emptyDatabase();
  await database.sql(`create role ${role} login`);
  const url = Object.assign(new URL(database.url), { username: role });
  restricted = { DATABASE_URL: url.href, MIGRATIONS: 'manual', KEYS_DIR: temporaryFolder() };
});
afterAll(async () => {
  await database.sql(`drop owned by ${role}`);
  await database.sql(`drop role ${role}`);
  await database.drop();
});

/** Each of the grants that the message and docs/deployment.md name; without any one of them the server does not start, and names them all. */
async function grantInTurn(): Promise<void> {
  const said = /after migration:up: (.*;)$/m.exec(await failedStart(restricted))?.[1] ?? '';
  const page = readText('docs/deployment.md')!.replaceAll(/\s+/g, ' ');
  const grants = said
    .split(';')
    .map((one) => one.trim())
    .filter(Boolean);
  expect(grants).toHaveLength(4);
  for (const one of grants) {
    expect(page).toContain(`${one.replace('THE_ROLE', 'sallyport_server')};`);
    expect(await failedStart(restricted)).toContain(said);
    await database.sql(one.replace('THE_ROLE', role));
  }
}

test('MIGRATIONS=manual: the queue is migrated by migration:up alone, and a role that may create nothing serves', async () => {
  expect(await failedStart(restricted)).toMatch(PENDING);
  expect(await database.sql(`select 1 from pg_namespace where nspname = 'pgboss'`)).toEqual([]);

  const migrated = await runCommand(['migration:up'], { DATABASE_URL: database.url, MIGRATIONS: 'manual' });
  expect(migrated).toMatchObject({ code: 0, output: expect.stringMatching(/^Ran .*the job queue's tables/) });
  const again = await runCommand(['migration:up'], { DATABASE_URL: database.url });
  expect(again.output).toMatch(/^Nothing to do/);

  await grantInTurn();
  const server = await startServer(restricted);
  expect((await server.http('/health/ready')).status).toBe(200);
  await server.ask(REGISTER, { input: { email: 'ada@example.com', password: STRONG_PASSWORD } });
  expect(await server.codeFor('ada@example.com')).toMatch(/^\d{7}$/);
  expect(await server.end()).toBe(0);
  expect(server.output()).not.toMatch(/permission denied|the job queue failed/);

  await database.sql('update pgboss.version set version = version - 1');
  expect(await failedStart(restricted)).toMatch(PENDING);
});

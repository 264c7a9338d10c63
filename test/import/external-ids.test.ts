import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { importLines, startImport } from '../support/import-command.js';
import { root } from '../support/source-tree.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-external-ids-'));
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the report says who a foreign id is here, and the table keeps it', async () => {
  const people = [
    { email: 'ext-one@example.com', externalId: 'wp-1' },
    { email: 'ext-two@example.com', externalId: 2 },
    { email: 'ext-none@example.com' },
  ];
  const { code, report } = await run('first', people, ['--source', 'shop']);
  expect(code).toBe(0);
  expect(report).toEqual(
    ['wp-1', '2'].map((externalId, index) => ({
      line: index + 1,
      outcome: 'imported',
      externalId,
      userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })),
  );
  for (const [index, { userId }] of report.entries()) expect(await userIdOf(people[index]?.email ?? '')).toBe(userId);
  expect(await gateway.database.sql('SELECT user_id FROM external_ids ORDER BY external_id DESC')).toEqual(
    report.map(({ userId }) => ({ user_id: userId })),
  );
});

test('run again, no user exists twice, though an address has changed there or here, or the account was deleted', async () => {
  const line = (externalId: string, email = `${externalId}@example.com`) => ({ externalId, email });
  const before = await run(
    'again',
    ['moved-there', 'moved-here', 'left'].map((id) => line(id)),
  );
  expect(before.code).toBe(0);
  await gateway.database.sql(`UPDATE users SET email = 'elsewhere@example.com' WHERE email = 'moved-here@example.com'`);
  await gateway.database.sql(`UPDATE users SET deleted_at = now() WHERE email = 'left@example.com'`);
  const again = [line('moved-there', 'new-address@example.com'), line('moved-here'), line('left')];
  for (const args of [['--dry-run'], []]) {
    const { code, output } = await run('again', again, args);
    expect(output).toContain('3 skipped, 0 refused of 3 lines');
    expect(code).toBe(0);
  }
  const { report } = await run('again', again);
  expect(report).toEqual(
    again.map(({ externalId }, index) => ({
      line: index + 1,
      outcome: 'skipped',
      reason: 'ALREADY_IMPORTED',
      field: 'externalId',
      message: expect.any(String),
      externalId,
      userId: before.report[index]?.userId,
    })),
  );
  expect(await userIdOf('left@example.com')).toBe(before.report[2]?.userId);
});

test('two sources may use one id, and one source may not', async () => {
  const line = (email: string) => ({ email, externalId: 'same' });
  expect((await run('source-a', [line('same-a@example.com')], ['--source', 'realm-a'])).code).toBe(0);
  expect((await run('source-b', [line('same-b@example.com')], ['--source', 'realm-b'])).code).toBe(0);
  const { code, report } = await run(
    'twice',
    [line('same-c@example.com'), line('same-d@example.com')],
    ['--source', 'realm-c'],
  );
  expect(code).toBe(3);
  expect(report).toMatchObject([
    { line: 1, outcome: 'imported' },
    { line: 2, outcome: 'refused', reason: 'DUPLICATE', field: 'externalId', otherLine: 1 },
  ]);
});

test.each([
  ['supabase', { id: 'not-a-uuid', email: 'ext-supabase@example.com' }, 'not-a-uuid'],
  ['keycloak', { id: 'f:ldap:ada', email: 'ext-keycloak@example.com', enabled: true }, 'f:ldap:ada'],
  ['auth0', { user_id: 'auth0|5c2f', email: 'ext-auth0@example.com' }, 'auth0|5c2f'],
  ['auth0', { _id: { $oid: '5c30' }, email: 'ext-oid@example.com' }, 'auth0|5c30'],
  ['better-auth', { id: 'vR2xZp5q7Lk9', email: 'ext-better@example.com' }, 'vR2xZp5q7Lk9'],
  ['django', { model: 'auth.user', pk: 41, fields: { email: 'ext-django@example.com' } }, '41'],
])('an id of %s that is no UUID is the external one', async (source, line, externalId) => {
  const { report } = await run(`id-${source}`, [line], ['--from', source]);
  expect(report).toMatchObject([{ outcome: 'imported', externalId, userId: expect.any(String) }]);
});

test('if another process imports the same users at the same time, no user exists twice', async () => {
  const other = new pg.Client({ connectionString: gateway.database.url });
  await other.connect();
  await other.query('BEGIN');
  await other.query(`INSERT INTO external_ids SELECT 'raced', 'one', id FROM users LIMIT 1`);
  const file = join(folder, 'raced.ndjson');
  writeFileSync(file, JSON.stringify({ email: 'raced@example.com', externalId: 'one' }));
  const running = startImport([file, '--source', 'raced'], gateway.database.url).ended;
  const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await gateway.database.sql(waits)).length === 0) await sleep(10);
  await other.query('COMMIT');
  await other.end();
  expect(await running).toMatchObject({ code: 1, output: expect.stringContaining('Another process is importing') });
  expect(await userIdOf('raced@example.com')).toBeUndefined();
  const again = await run('raced', [{ email: 'raced@example.com', externalId: 'one' }], ['--source', 'raced']);
  expect(again).toMatchObject({ code: 0, report: [{ reason: 'ALREADY_IMPORTED' }] });
});

test('an account that is purged takes its external id along, and no client can see it', async () => {
  await run('purged', [{ email: 'purged@example.com', externalId: 'purged' }]);
  await gateway.database.sql(`DELETE FROM users WHERE email = 'purged@example.com'`);
  expect(await gateway.database.sql(`SELECT * FROM external_ids WHERE external_id = 'purged'`)).toEqual([]);
  expect(readFileSync(join(root, 'schema.graphql'), 'utf8')).not.toMatch(/external_?id/i);
});

test('a source has a name that fits the table', async () => {
  for (const name of ['', 'Two Words', 'x'.repeat(65)]) {
    const { code, output } = await run('name', [{ email: 'never@example.com' }], ['--source', name]);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('--source takes') });
  }
});

async function userIdOf(email: string): Promise<unknown> {
  return (await gateway.database.sql('SELECT id FROM users WHERE email = $1', [email]))[0]?.id;
}

function run(name: string, lines: object[], args: string[] = []) {
  return importLines(join(folder, `${name}.ndjson`), lines, args, gateway.database.url);
}

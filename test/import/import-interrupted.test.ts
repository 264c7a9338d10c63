import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloneDatabase, emptyDatabase, type TestDatabase } from '../support/database.js';
import { mixedLines, type SampleHash, sampleHashes, writeHashConfig } from '../support/hashes.js';
import { readReport, startImport } from '../support/import-command.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-interrupted-'));
const hashConfig = join(folder, 'hash-config');
const databases: TestDatabase[] = [];
let samples: SampleHash[];

beforeAll(async () => {
  writeHashConfig(hashConfig);
  samples = await sampleHashes();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const database of databases) await database.drop();
});

test('an import that is killed continues where it stopped, and no user is missing or there twice', async () => {
  const database = await emptyDatabase();
  databases.push(database);
  const bad = JSON.stringify({ email: 'not an address' });
  const file = write('killed.ndjson', [bad, ...mixedLines(samples, 6000, 'killed'), bad]);
  const killed = startImport([file, '--firebase-hash-config', hashConfig], database.url);
  const lines = async () =>
    Number((await database.sql('SELECT lines FROM user_imports').catch(() => []))[0]?.lines ?? 0);
  while ((await lines()) < 1000 && killed.child.exitCode === null) await sleep(5);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const done = await lines();
  expect(done).toBeGreaterThanOrEqual(1000);
  expect(done).toBeLessThan(6000);

  const { code, output } = await startImport([file, '--firebase-hash-config', hashConfig], database.url).ended;
  expect(output).toContain(`Went on at line ${done + 1}`);
  expect(output).toContain('6000 imported, 0 skipped, 2 refused of 6002 lines');
  expect(code).toBe(3);
  expect(readReport(`${file}.report`).map(({ line }) => line)).toEqual([1, 6002]);
  expect(await database.sql('SELECT count(*), count(distinct email) AS emails FROM users')).toEqual([
    { count: '6000', emails: '6000' },
  ]);
  expect(await database.sql('SELECT count(*) FROM passwords')).toEqual([{ count: '6000' }]);
});

test('Ctrl-C ends it after a batch, with the code of an interrupted command', async () => {
  const database = await cloneDatabase();
  databases.push(database);
  const file = write('stopped.ndjson', mixedLines(samples, 6000, 'stopped'));
  const running = startImport([file, '--firebase-hash-config', hashConfig], database.url);
  while ((await database.sql('SELECT lines FROM user_imports WHERE lines > 0').catch(() => [])).length === 0)
    await sleep(5);
  running.child.kill('SIGINT');
  expect(await running.ended).toMatchObject({
    code: 130,
    output: expect.stringContaining('Run the same command to continue from here.'),
  });
  const { output } = await startImport([file, '--firebase-hash-config', hashConfig], database.url).ended;
  expect(output).toContain('6000 imported, 0 skipped, 0 refused of 6000 lines');
});

test('of two processes that import one file one stops, and no user exists twice', async () => {
  const database = await cloneDatabase();
  databases.push(database);
  const file = write('raced.ndjson', mixedLines(samples, 8000, 'raced'));
  const args = [file, '--firebase-hash-config', hashConfig];
  const both = await Promise.all([startImport(args, database.url).ended, startImport(args, database.url).ended]);
  const [winner, loser] = both.toSorted((one, other) => Number(one.code) - Number(other.code));
  expect(winner).toMatchObject({ code: 0, output: expect.stringContaining('8000 imported, 0 skipped, 0 refused') });
  expect(loser).toMatchObject({ code: 1, output: expect.stringContaining('Another process is importing this file.') });
  expect(await database.sql('SELECT count(*) FROM users JOIN passwords ON id = user_id')).toEqual([{ count: '8000' }]);
});

function write(name: string, lines: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

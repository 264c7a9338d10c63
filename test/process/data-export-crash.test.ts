import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readPosition } from '../../src/audit/positions.js';
import { verifyChain } from '../../src/audit/verify.js';
import { loadConfig } from '../../src/config/config.js';
import { createSecrets } from '../../src/keys/keys.js';
import { download, exportsOf, openArchive, REQUEST_DATA_EXPORT } from '../support/data-exports.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import type { TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { startServer, temporaryFolder } from '../support/server-process.js';
import { whileHeld } from '../support/while-held.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(240_000);

/** Of both tests: the second verifies what servers of the first may have sealed. */
const SERVER_SECRET = 'a secret of this test which nobody else has';
const KEYS_DIR = temporaryFolder();
let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** As the queue declares it (platform/jobs/boss.ts). */
const JOB = `
insert into pgboss.job (name, data, retry_limit, retry_delay, heartbeat_seconds) values ($1, $2, 5, 2, 10)`;

/** What the queue's monitor does with the jobs of a killed worker, half a minute later. The first restart below waits for it. */
const GIVEN_BACK = `
update pgboss.job set state = 'retry', start_after = now() where state = 'active'`;

async function patiently(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 90_000; performance.now() < end; await sleep(50)) if (await holds()) return;
  expect(await holds()).toBe(true);
}

test('killed while it writes an export, and while it deletes its file: each is done after a restart', async () => {
  const data = temporaryFolder();
  const settings = { DATABASE_URL: database.url, KEYS_DIR, SERVER_SECRET, DATA_DIR: data };
  const files = () => readdir(join(data, 'storage/exports')).catch(() => [] as string[]);

  const first = await startServer(settings);
  const email = newEmail();
  const { register } = await first.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const code = await first.codeFor(email);
  const { verifyOtp } = await first.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
  // The job has begun, and waits for this table.
  await whileHeld(database, [['lock table mails in access exclusive mode', []]], async (waiting) => {
    await first.ask(REQUEST_DATA_EXPORT, {}, { token: verifyOtp.accessToken });
    await waiting(1);
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
  });
  expect(await files()).toEqual([]);

  const second = await startServer(settings);
  const asked = second as unknown as TestGateway;
  const { login } = await second.ask(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
  const exported = async () => (await exportsOf(asked, login.accessToken))[0]!;
  await patiently(async () => (await exported()).status === 'READY');
  const { id, downloadUrl } = await exported();
  expect(await files()).toEqual([`${id}.bin`]);
  const archive = await openArchive(await download(asked, downloadUrl!, login.accessToken));
  expect(archive.data.users).toEqual([expect.objectContaining({ email })]);

  await whileHeld(
    database,
    [
      ['delete from data_exports', []],
      ['lock table data_exports in access exclusive mode', []],
    ],
    async (waiting) => {
      await database.sql(JOB, ['delete-data-export', JSON.stringify({ id })]);
      await waiting(1);
      expect(await second.end('SIGKILL')).toBe('SIGKILL');
    },
  );
  expect(await files()).toHaveLength(1);
  await database.sql(GIVEN_BACK);
  const third = await startServer(settings);
  await patiently(async () => (await files()).length === 0);
  expect(await third.end()).toBe(0);
});

test('killed in the midst of redacting events and expiring exports: all of it is done after a restart, and the log is verified', async () => {
  const settings = {
    DATABASE_URL: database.url,
    KEYS_DIR,
    SERVER_SECRET,
    DATA_DIR: temporaryFolder(),
    AUDIT_PERSONAL_RETENTION: '90d',
  };
  const PERSON = '01980000-0000-7000-8000-000000000001';
  const first = await startServer(settings);
  const seal = async () => {
    await database.sql(JOB, ['seal-audit', '{}']);
    await patiently(async () => (await database.sql(UNSEALED)).length === 0);
  };
  // The events of the test before are younger than those of the next seal.
  await seal();
  await database.sql(OLD_EVENTS, [PERSON]);
  await database.sql(OLD_EXPORT);
  await seal();
  // 500 events are done, and the next 500 wait: PostgreSQL finishes that statement without the process, and the last 200 are left.
  const [next] = await database.sql<{ id: string }>(
    `select id from audit_events where subject_id = $1 order by seq offset 550 limit 1`,
    [PERSON],
  );
  await whileHeld(
    database,
    [
      ['select from audit_events where id = $1 for update', [next!.id]],
      ['select from data_exports for update', []],
    ],
    async (waiting) => {
      await database.sql(JOB, ['redact-user', JSON.stringify({ userId: PERSON })]);
      await database.sql(JOB, ['redact-audit', '{}']);
      await database.sql(JOB, ['expire-data-exports', '{}']);
      await waiting(3);
      expect(await first.end('SIGKILL')).toBe('SIGKILL');
    },
  );
  const left = async () =>
    (
      await database.sql(
        `select from audit_events where subject_id = $1 and (ip_address is not null or details is not null)`,
        [PERSON],
      )
    ).length;
  expect(await left()).toBeGreaterThanOrEqual(200);
  expect(await left()).toBeLessThan(1200);

  await database.sql(GIVEN_BACK);
  const second = await startServer(settings);
  const { sql, close } = await openTestDatabase(database.url);
  await patiently(async () => (await left()) === 0);
  await patiently(async () => (await database.sql(`select from data_exports where status = 'READY'`)).length === 0);
  await patiently(async () => (await readPosition(sql, 'personal-retention')) !== '0');
  const keys = createSecrets(loadConfig(settings));
  expect(await verifyChain({ sql, keys })).toMatchObject({ problems: [], foreign: null });
  await close();
  expect(await second.end()).toBe(0);
});

const OLD_EVENTS = `
insert into audit_events (id, at, action, subject_id, ip_address, details)
select gen_random_uuid(), now() - interval '100 days', 'suspendUser', $1::uuid, '192.0.2.1', '{"reason":"x"}' from generate_series(1, 1200)`;

const OLD_EXPORT = `
insert into data_exports (id, user_id, status, requested_at, expires_at)
select gen_random_uuid(), id, 'READY', now() - interval '10 days', now() - interval '3 days' from users limit 1`;

const UNSEALED = 'select from audit_events where seq > coalesce((select max(last_seq) from audit_seals), 0)';

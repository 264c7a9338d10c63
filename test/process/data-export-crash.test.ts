import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { download, exportsOf, openArchive, REQUEST_DATA_EXPORT } from '../support/data-exports.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import type { TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { startServer, temporaryFolder } from '../support/server-process.js';
import { whileHeld } from '../support/while-held.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(240_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** As the queue declares it (platform/jobs/boss.ts). */
const DELETION = `
insert into pgboss.job (name, data, retry_limit, retry_delay, heartbeat_seconds) values ('delete-data-export', $1, 600, 2, 10)`;

/** A job whose worker was killed is taken up again within half a minute. */
async function patiently(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 90_000; performance.now() < end; await sleep(50)) if (await holds()) return;
  expect(await holds()).toBe(true);
}

test('killed while it writes an export, and while it deletes its file: each is done after a restart', async () => {
  const data = temporaryFolder();
  const settings = { DATABASE_URL: database.url, KEYS_DIR: temporaryFolder(), DATA_DIR: data };
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
      await database.sql(DELETION, [JSON.stringify({ id })]);
      await waiting(1);
      expect(await second.end('SIGKILL')).toBe('SIGKILL');
    },
  );
  expect(await files()).toHaveLength(1);
  const third = await startServer(settings);
  await patiently(async () => (await files()).length === 0);
  expect(await third.end()).toBe(0);
});

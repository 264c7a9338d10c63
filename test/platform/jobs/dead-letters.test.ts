import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { SCHEMA_VERSION } from '../../../src/platform/jobs/boss.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { REGISTER, STRONG_PASSWORD } from '../../support/people.js';
import { embeddedFolder } from '../../support/embedded-folder.js';
import { runCommand, startServer, temporaryFolder } from '../../support/server-process.js';
import { awaitMail, type SmtpPeer, startSmtp } from '../../support/smtp.js';
import { root } from '../../support/source-tree.js';

// Commands are processes of their own, which take their time to start.
jest.setTimeout(240_000);

let peer: SmtpPeer;
let gateway: TestGateway;

beforeAll(async () => {
  peer = await startSmtp();
  gateway = await startGateway({ SMTP_URL: peer.url });
});
afterAll(async () => {
  await gateway.close();
  await peer.close();
});

const command = (...args: string[]) => runCommand(args, { DATABASE_URL: gateway.database.url });
const metric = async (name: string, queue: string) => {
  const text = await (await gateway.http('/metrics')).text();
  return Number(new RegExp(`^${name}\\{queue="${queue}"\\} (\\S+)$`, 'm').exec(text)?.[1]);
};

async function register(email: string): Promise<void> {
  await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
}

async function until(happened: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; !(await happened()); await sleep(50))
    if (performance.now() > end) throw new Error('It did not happen within a minute.');
}

test('a mail that is refused for ever is kept, listed without what it says, and sent when it is retried', async () => {
  peer.refuseWith({ code: 550, text: '5.1.1 no such user' });
  await register('ada@example.com');
  await until(async () => (await metric('sallyport_jobs_dead', 'send-code')) === 1);
  const { code, stdout } = await command('jobs:list');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^[\da-f-]{36} {2}\S+Z {2}verify-email to ada@example\.com {2}after 1 try: the mail server does not know the address$/m,
  );

  peer.refuseWith(undefined);
  const [id] = /[\da-f-]{36}/.exec(stdout)!;
  // The id is the one that the log gave, not that of the copy among the dead letters.
  expect(await gateway.database.sql(`select id from pgboss.job where name = 'send-code'`)).toEqual([{ id }]);
  const retried = await command('jobs:retry', '--id', id);
  expect(retried).toMatchObject({ code: 0, output: '1 put back into their queue.\n' });
  const { message } = await awaitMail(peer, 'ada@example.com', /./);
  const [digits] = /\b\d{7}\b/.exec(message.text ?? '')!;
  expect(stdout).not.toMatch(new RegExp(`${digits}|http`));
  expect((await command('jobs:list')).stdout).toBe('No job was given up.\n');
  expect(await metric('sallyport_jobs_dead', 'send-code')).toBe(0);
});

test('jobs:retry says how it is called, and what is not there', async () => {
  for (const args of [[], ['--id', 'x'], ['--all', '--id', '0199f0a0-0000-7000-8000-000000000001']])
    expect(await command('jobs:retry', ...args)).toMatchObject({ code: 2 });
  const missing = await command('jobs:retry', '--id', '0199f0a0-0000-7000-8000-000000000001');
  expect(missing).toMatchObject({ code: 1, output: expect.stringContaining('0 of 1 put back') });
  expect(await command('jobs:list', '--limit', 'many')).toMatchObject({ code: 2 });
});

test('what waits is measured by queue, with the age of the oldest', async () => {
  const idle = await startGateway({ JOBS: 'off' });
  for (const email of ['bob@example.com', 'eve@example.com'])
    await idle.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  await idle.database.sql(
    `update pgboss.job set created_on = created_on - interval '5 minutes', start_after = start_after - interval '5 minutes'`,
  );
  const text = await (await idle.http('/metrics')).text();
  expect(text).toMatch(/^sallyport_jobs_waiting\{queue="send-code"\} 2$/m);
  expect(text).toMatch(/^sallyport_jobs_waiting\{queue="send-mail"\} 0$/m);
  expect(Number(/^sallyport_jobs_oldest_seconds\{queue="send-code"\} (\S+)$/m.exec(text)?.[1])).toBeGreaterThan(299);
});

test('when a job of a schedule last succeeded is measured, by the database alone', async () => {
  await gateway.database.sql(
    `insert into pgboss.job (name, state, completed_on) values ('purge-deleted', 'completed', now() - interval '2 hours'), ('purge-deleted', 'failed', now())`,
  );
  const at = await metric('sallyport_jobs_last_success_timestamp_seconds', 'purge-deleted');
  const [row] = await gateway.database.sql<{ age: number }>(`select extract(epoch from now())::float8 - ${at} as age`);
  expect(row?.age).toBeGreaterThan(7_199);
  expect(row?.age).toBeLessThan(7_300);
});

test('on embedded storage that a server uses they say so', async () => {
  const DATA_DIR = await embeddedFolder();
  const server = await startServer({ DATA_DIR, KEYS_DIR: temporaryFolder() });
  const { code, output } = await runCommand(['jobs:list'], { DATA_DIR });
  await server.end();
  expect(code).toBe(1);
  expect(output).toMatch(/^The data folder .* is in use by another process\. Stop that one/);
  expect((await runCommand(['jobs:list'], { DATA_DIR })).stdout).toBe('No job was given up.\n');
});

test('the version that a server asks for is that of the installed pg-boss', () => {
  const installed = JSON.parse(readFileSync(join(root, 'node_modules/pg-boss/package.json'), 'utf8')) as {
    pgboss: { schema: number };
  };
  expect(SCHEMA_VERSION).toBe(installed.pgboss.schema);
});

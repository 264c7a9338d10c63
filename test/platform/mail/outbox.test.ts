import { createSecretKey, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ormOptions } from '../../../mikro-orm.config.js';
import { loadConfig } from '../../../src/config.js';
import { type Database, openDatabase } from '../../../src/platform/database.js';
import { createJobs, type Jobs } from '../../../src/platform/jobs/jobs.js';
import { createLimits } from '../../../src/platform/limits.js';
import { enqueueMail } from '../../../src/platform/mail/enqueue-mail.js';
import { Mail } from '../../../src/platform/mail/mail.entity.js';
import { purgeMails } from '../../../src/platform/mail/purge-mails.js';
import { sendMail, sendMailJob } from '../../../src/platform/mail/send-mail.js';
import { createSmtpTransport } from '../../../src/platform/mail/smtp.js';
import type { MailTransport } from '../../../src/platform/mail/transport.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { fakeClock } from '../../support/clock.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { quietLog } from '../../support/quiet-log.js';
import { type SmtpPeer, startSmtp } from '../../support/smtp.js';

const mailKey = createSecretKey(randomBytes(32));
const clock = fakeClock();
const metrics = createMetrics();
const { log, lines } = quietLog();
const limits = createLimits({ redis: undefined, clock, metrics, factor: 1, key: createSecretKey(randomBytes(32)) });
const code = '4830175';
const link = `https://auth.example.com/verify?challenge=chal-lenge&code=${code}&lang=en`;
let cloned: TestDatabase;
let database: Database;
let jobs: Jobs;
let peer: SmtpPeer;
let transport: MailTransport;
let config: ReturnType<typeof loadConfig>;

beforeAll(async () => {
  cloned = await cloneDatabase();
  config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: cloned.url, PUBLIC_URL: 'https://auth.example.com' });
  database = await openDatabase(config, ormOptions, log);
  jobs = await createJobs({ database, log, metrics }, [{ name: 'send-mail' }]);
  peer = await startSmtp();
  transport = createSmtpTransport({ ...config, smtpUrl: peer.url });
});
afterEach(async () => {
  peer.mails.length = 0;
  peer.refuseWith(undefined);
  lines.length = 0;
  await cloned.sql('delete from mails');
});
afterAll(async () => {
  await jobs.close();
  await transport.close();
  await peer.close();
  await database.close();
  await cloned.drop();
});

/** Enqueues in a transaction of its own; answers the row's id. */
async function enqueue(to = 'ada@example.com'): Promise<string> {
  await database.orm.em
    .fork()
    .transactional((em) =>
      enqueueMail(
        { em, clock, jobs, mailKey },
        { template: 'verify-email', to, locale: 'de-AT', params: { code, link, minutes: 10 } },
      ),
    );
  const [row] = await cloned.sql<{ id: string }>('select id from mails where recipient = $1', [to]);
  return row!.id;
}

const needs = (
  overrides: { nodeEnv?: 'development' | 'production'; transport?: MailTransport; mailKey?: typeof mailKey } = {},
) => ({
  em: database.orm.em.fork(),
  clock,
  log,
  metrics,
  limits,
  transport: overrides.transport ?? transport,
  mailKey: overrides.mailKey ?? mailKey,
  config: { ...config, nodeEnv: overrides.nodeEnv ?? config.nodeEnv },
});

const rows = () => cloned.sql('select * from mails');
const attempts = async (outcome: string) => {
  const text = await metrics.registry.getSingleMetricAsString('sallyport_mails_total');
  return Number(new RegExp(`outcome="${outcome}"} (\\d+)`).exec(text)?.[1] ?? 0);
};

describe('a mail and the change that causes it', () => {
  test('commit together, and the queue delivers it', async () => {
    const worker = await createJobs({ database, log, metrics }, [{ name: 'send-mail' }]);
    await enqueue();
    await worker.work([sendMailJob(needs())]);
    const end = performance.now() + 10_000;
    while (peer.mails.length === 0 && performance.now() < end) await sleep(20);
    await worker.close();
    expect(peer.mails.map(({ recipients }) => recipients)).toEqual([['ada@example.com']]);
    expect(peer.mails[0]?.message.subject).toBe('Bestätigen Sie Ihre E-Mail-Adresse für Sallyport');
  });

  test('vanish together when the change is rolled back', async () => {
    const [before] = await cloned.sql<{ count: string }>(`select count(*) from pgboss.job where name = 'send-mail'`);
    const work = database.orm.em.fork().transactional(async (em) => {
      await enqueueMail(
        { em, clock, jobs, mailKey },
        { template: 'already-registered', to: 'ada@example.com', params: {} },
      );
      throw new Error('the change failed');
    });
    await expect(work).rejects.toThrow('the change failed');
    expect(await rows()).toEqual([]);
    expect(await cloned.sql(`select count(*) from pgboss.job where name = 'send-mail'`)).toEqual([before]);
  });

  test('are refused outside a transaction', async () => {
    const em = database.orm.em.fork();
    const mail = enqueueMail(
      { em, clock, jobs, mailKey },
      { template: 'already-registered', to: 'ada@example.com', params: {} },
    );
    await expect(mail).rejects.toThrow('transaction');
  });
});

test('code and link cannot be read in the database, neither before the mail is sent nor after', async () => {
  const mailId = await enqueue();
  const secret = /4830175|chal-lenge/;
  const everything = async () =>
    JSON.stringify([await rows(), await cloned.sql('select data, output from pgboss.job')]);
  expect(await everything()).not.toMatch(secret);
  await sendMail(needs(), { mailId });
  expect(peer.mails[0]?.message.text).toMatch(secret);
  expect(await everything()).not.toMatch(secret);
  expect(await rows()).toMatchObject([{ sealed: null, attempts: 1, last_error: null, sent_at: expect.any(Date) }]);
});

test('a job that runs twice sends once', async () => {
  const mailId = await enqueue();
  const sent = await attempts('sent');
  await sendMail(needs(), { mailId });
  await sendMail(needs(), { mailId });
  expect(peer.mails).toHaveLength(1);
  expect(await attempts('sent')).toBe(sent + 1);
});

test('a job whose row is gone does nothing', async () => {
  await sendMail(needs(), { mailId: '0199f0a0-0000-7000-8000-000000000001' });
  expect(peer.mails).toEqual([]);
});

test('a mail that fails keeps what it says, notes why, and arrives under the same Message-ID later', async () => {
  const mailId = await enqueue();
  const failed = await attempts('failed');
  peer.refuseWith({ code: 451, text: `4.7.1 try later, about "${code}"` });
  await expect(sendMail(needs(), { mailId })).rejects.toThrow('try later');
  expect(await rows()).toMatchObject([{ attempts: 1, sent_at: null, sealed: expect.any(String) }]);
  expect((await rows())[0]?.last_error).toMatch(/^Error \w+ RCPT TO 451$/);
  expect(await attempts('failed')).toBe(failed + 1);
  peer.refuseWith(undefined);
  await sendMail(needs(), { mailId });
  expect(peer.mails[0]?.message.messageId).toBe(`<${mailId}@auth.example.com>`);
  expect(await rows()).toMatchObject([{ attempts: 2, last_error: null }]);
});

test('a mail that cannot ever arrive is given up, blanked, and does not come back to the queue', async () => {
  const undeliverable = await attempts('undeliverable');
  const mailId = await enqueue('ada@example.com,evil@example.net');
  await sendMail(needs(), { mailId });
  expect(peer.mails).toEqual([]);
  expect(await rows()).toMatchObject([{ sealed: null, sent_at: null, last_error: 'Undeliverable' }]);
  expect(await attempts('undeliverable')).toBe(undeliverable + 1);
});

test('whoever can write to the database cannot have a code sent to an address of their own', async () => {
  const mailId = await enqueue();
  await cloned.sql('update mails set recipient = $1', ['evil@example.net']);
  await expect(sendMail(needs(), { mailId })).rejects.toThrow('does not belong');
  expect(await rows()).toMatchObject([{ sealed: expect.any(String), last_error: expect.stringContaining('belong') }]);
  expect(peer.mails).toEqual([]);
});

test('a mail sealed with another key stays until the key is back, and says what it waits for', async () => {
  const mailId = await enqueue();
  const otherKey = createSecretKey(randomBytes(32));
  await expect(sendMail(needs({ mailKey: otherKey }), { mailId })).rejects.toThrow(/another key.*SERVER_SECRET/);
  const [row] = await rows();
  expect(row).toMatchObject({ attempts: 1, sent_at: null, sealed: expect.any(String) });
  expect(row?.last_error).toMatch(
    new RegExp(`^mail ${mailId}: it was sealed with another key, .*SERVER_SECRET.*jwt\\.key`),
  );
  await sendMail(needs(), { mailId });
  expect(peer.mails).toHaveLength(1);
  expect(await rows()).toMatchObject([{ last_error: null }]);
});

test('so does the log, when the queue finds one after a rotation', async () => {
  const worker = await createJobs({ database, log, metrics }, [{ name: 'send-mail' }]);
  // Those of other tests, whose rows are gone, would come first.
  await cloned.sql(`delete from pgboss.job where name = 'send-mail'`);
  await enqueue();
  await worker.work([sendMailJob(needs({ mailKey: createSecretKey(randomBytes(32)) }))]);
  const said = () => lines.find((line) => line.includes('a job failed and will be tried again'));
  for (const end = performance.now() + 10_000; !said() && performance.now() < end;) await sleep(20);
  await worker.close();
  expect(said()).toMatch(/it was sealed with another key, or altered since\. Set SERVER_SECRET/);
  expect(said()).not.toMatch(/4830175|chal-lenge/);
});

describe('the log', () => {
  const line = `mail to=ada@example.com code=${code} link=${link}`;
  const messages = () => lines.map((text) => (JSON.parse(text) as { msg: string }).msg);

  test('of development holds one line for each mail, with code and link', async () => {
    await sendMail(needs({ nodeEnv: 'development' }), { mailId: await enqueue() });
    expect(messages().filter((message) => message === line)).toHaveLength(1);
  });

  test('of production holds neither code nor link', async () => {
    await sendMail(needs({ nodeEnv: 'production' }), { mailId: await enqueue() });
    expect(peer.mails).toHaveLength(1);
    expect(lines.join('\n')).not.toContain(code);
  });
});

test('purging takes what is older, in batches', async () => {
  for (const to of ['a@example.com', 'b@example.com', 'c@example.com']) await enqueue(to);
  await cloned.sql(`update mails set created_at = now() - interval '8 days' where recipient <> 'c@example.com'`);
  const weekAgo = new Date(clock.now().getTime() - 7 * 86_400_000);
  const purge = () => purgeMails({ em: database.orm.em.fork() }, weekAgo, 1);
  expect([await purge(), await purge(), await purge()]).toEqual([1, 1, 0]);
  expect(await database.orm.em.fork().find(Mail, {})).toMatchObject([{ recipient: 'c@example.com' }]);
});

test('past what a provider lets one sender send, mail waits in the queue and nothing is lost', async () => {
  const id = await enqueue();
  for (let index = 0; index < 600; index += 1) await limits.consume('mail.global', 'all').catch(() => undefined);
  await expect(sendMail(needs(), { mailId: id })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(peer.mails).toEqual([]);
  clock.advance(601_000);
  await sendMail(needs(), { mailId: id });
  expect(peer.mails).toHaveLength(1);
});

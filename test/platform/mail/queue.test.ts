import { createSecretKey, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ormOptions } from '../../../mikro-orm.config.js';
import { loadConfig } from '../../../src/config/config.js';
import { FEATURES, gather } from '../../../src/features.js';
import { passwordChanged } from '../../../src/account/password-changed.mail.js';
import { POLICIES } from '../../../src/limit-policies.js';
import { signInCode } from '../../../src/sign-in/sign-in-code.mail.js';
import { verifyEmail } from '../../../src/sign-up/verify-email.mail.js';
import { systemClock as clock } from '../../../src/platform/clock.js';
import { type Database, migrate, openDatabase } from '../../../src/platform/database.js';
import { createJobs, type Jobs } from '../../../src/platform/jobs/jobs.js';
import { createLimits } from '../../../src/platform/limits.js';
import type { MailDefinition } from '../../../src/platform/mail/define-mail.js';
import { enqueueMail } from '../../../src/platform/mail/enqueue-mail.js';
import { sendMailJob } from '../../../src/platform/mail/send-mail.js';
import { createSmtpTransport } from '../../../src/platform/mail/smtp.js';
import { createMetrics } from '../../../src/platform/metrics.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { quietLog } from '../../support/quiet-log.js';
import { temporaryFolder } from '../../support/server-process.js';
import { type SmtpPeer, startSmtp } from '../../support/smtp.js';
import { texts } from '../../support/texts.js';

// What is fast is asserted by what happens at once, and without a pause: how long it takes in all is the machine's.
jest.setTimeout(240_000);

const mailKey = createSecretKey(randomBytes(32));
const metrics = createMetrics();
const { log, lines } = quietLog();
const limits = createLimits({
  policies: POLICIES,
  redis: undefined,
  clock,
  metrics,
  factor: 1000,
  key: createSecretKey(randomBytes(32)),
});
const mails = gather(FEATURES, 'mails');
const closing: (() => Promise<unknown>)[] = [];
const peers: SmtpPeer[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  for (const peer of peers.splice(0)) await peer.close();
  lines.length = 0;
});

describe.each(['PostgreSQL', 'the embedded database'])('on %s', (storage) => {
  let cloned: TestDatabase | undefined;
  let database: Database;

  beforeAll(async () => {
    cloned = storage === 'PostgreSQL' ? await cloneDatabase() : undefined;
    const where = cloned ? { DATABASE_URL: cloned.url } : { DATA_DIR: temporaryFolder() };
    database = await openDatabase(loadConfig({ NODE_ENV: 'test', ...where }), ormOptions, log);
    if (!cloned) await migrate(database);
  });
  afterEach(async () => {
    await database.sql('no_mails', 'delete from mails', []);
    await database.sql('no_jobs', 'delete from pgboss.job', []);
  });
  afterAll(async () => {
    await database.close();
    await cloned?.drop();
  });

  /** What a server has of the queue, at its default of ten connections. Nothing is sent before `work`. */
  async function openQueue(smtpUrl: string): Promise<{ jobs: Jobs; work(): Promise<void> }> {
    const where = cloned ? { DATABASE_URL: cloned.url } : {};
    const config = loadConfig({ NODE_ENV: 'test', SMTP_URL: smtpUrl, ...where });
    const transport = createSmtpTransport({ ...config, smtpUrl });
    closing.push(() => transport.close());
    const jobs = await createJobs({ config, database, log, metrics }, gather(FEATURES, 'jobs'));
    closing.push(() => jobs.close());
    const needs = {
      em: database.orm.em.fork(),
      clock,
      log,
      metrics,
      limits,
      transport,
      mailKey,
      formerMailKeys: [],
      config,
      mails,
      texts,
    };
    return { jobs, work: () => jobs.work([sendMailJob(needs, 'send-code'), sendMailJob(needs, 'send-mail')]) };
  }

  const enqueue = (jobs: Jobs, mail: MailDefinition, to: string[]) =>
    database.orm.em.fork().transactional(async (em) => {
      for (const address of to)
        await enqueueMail({ em, clock, jobs, mailKey }, { mail, to: address, app: null, params: mail.sample });
    });

  test('120 mails leave at once, as many together as the server may be sent', async () => {
    const peer = await smtp({ delay: 200 });
    const { jobs, work } = await openQueue(peer.url);
    // Twelve rounds of the ten that may be sent at once.
    await enqueue(jobs, verifyEmail, people(60));
    await enqueue(jobs, passwordChanged, people(60));
    await work();
    expect(await longestPause(peer, 120)).toBeLessThan(10_000);
    expect(peer.mostAtOnce()).toBe(10);
    expect(new Set(peer.mails.map(({ recipients, message }) => `${message.subject} ${recipients[0]}`)).size).toBe(120);
  });

  test('a code is sent before the notices that waited for longer', async () => {
    const peer = await smtp({ delay: 300 });
    const { jobs, work } = await openQueue(peer.url);
    await enqueue(jobs, passwordChanged, people(80));
    await work();
    await until(() => peer.mails.length >= 5);
    await enqueue(jobs, signInCode, ['ada@example.com']);
    const before = peer.mails.length;
    const position = () => peer.mails.findIndex(({ recipients }) => recipients[0] === 'ada@example.com');
    await until(() => position() >= 0);
    // Beside it were those that were being sent, and at most three rounds of the five that may be.
    expect(position() - before).toBeLessThan(20);
    expect(peer.mails.length).toBeLessThan(80);
  });

  test('after an outage all leave at once, and none has used up a try', async () => {
    const gone = await startSmtp();
    await gone.close();
    const { jobs, work } = await openQueue(gone.url);
    await enqueue(jobs, verifyEmail, people(60));
    await work();
    await until(() => lines.filter((line) => line.includes('no mail can be sent for now')).length >= 5);
    await sleep(2_000);
    const tried = `select count(*)::int as count from pgboss.job where retry_count > 0 or state = 'retry'`;
    expect(await database.sql('tried', tried, [])).toEqual([{ count: 0 }]);
    const peer = await smtp({ delay: 200, port: Number(new URL(gone.url).port) });
    expect(await longestPause(peer, 60)).toBeLessThan(10_000);
    expect(peer.mostAtOnce()).toBe(5);
  });

  test('one that was refused for now is tried again when its delay is over', async () => {
    const peer = await smtp({});
    peer.refuseWith({ code: 451, text: '4.7.1 greylisted' });
    const { jobs, work } = await openQueue(peer.url);
    await work();
    await enqueue(jobs, verifyEmail, ['ada@example.com']);
    const failed = () => lines.find((line) => line.includes('will be tried again'));
    await until(() => failed() !== undefined);
    peer.refuseWith(undefined);
    await until(() => peer.mails.length === 1);
    const waited = Date.now() - JSON.parse(failed()!).time;
    expect(waited).toBeGreaterThan(1_500);
    // Two to four seconds, and half a minute where the queue sleeps between two looks.
    expect(waited).toBeLessThan(20_000);
  });
});

const people = (count: number) => Array.from({ length: count }, (_, index) => `person${index}@example.com`);

async function smtp(how: Parameters<typeof startSmtp>[0]): Promise<SmtpPeer> {
  const peer = await startSmtp(how);
  peers.push(peer);
  return peer;
}

/** In ms, between two mails that the server takes, until it has taken so many. A queue that sleeps sleeps half a minute. */
async function longestPause(peer: SmtpPeer, count: number): Promise<number> {
  let pause = 0;
  for (let taken = 0, at = performance.now(); taken < count; taken = peer.mails.length, at = performance.now()) {
    const before = taken;
    await until(() => peer.mails.length > before);
    pause = Math.max(pause, performance.now() - at);
  }
  return pause;
}

async function until(happened: () => boolean, timeout = 90_000): Promise<void> {
  for (const end = performance.now() + timeout; !happened(); await sleep(10))
    if (performance.now() > end) throw new Error(`It did not happen within ${timeout / 1000} s.`);
}

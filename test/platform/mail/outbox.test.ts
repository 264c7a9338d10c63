import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { GivenUp } from '../../../src/platform/jobs/given-up.js';
import { createJobs } from '../../../src/platform/jobs/jobs.js';
import { enqueueMail } from '../../../src/platform/mail/enqueue-mail.js';
import { sendMail, sendMailJob } from '../../../src/platform/mail/send-mail.js';
import { alreadyRegistered } from '../../../src/sign-up/already-registered.mail.js';
import { verifyEmail } from '../../../src/sign-up/verify-email.mail.js';
import { openOutbox, type Outbox, MAIL_QUEUES } from '../../support/outbox.js';
import { until } from '../../support/until.js';

const code = '4830175';
const link = `https://auth.example.com/verify?challenge=chal-lenge&code=${code}&lang=en`;
let outbox: Outbox;

beforeAll(async () => {
  outbox = await openOutbox();
});
afterEach(() => outbox.clear());
afterAll(() => outbox.close());

const enqueue = (to = 'ada@example.com') => outbox.enqueue(verifyEmail, to, { code, link, minutes: 10 });
const rows = () => outbox.cloned.sql('select * from mails');

describe('a mail and the change that causes it', () => {
  test('commit together, and the queue delivers it', async () => {
    const worker = await createJobs(outbox, MAIL_QUEUES);
    await enqueue();
    await worker.work([sendMailJob(outbox.needs(), 'send-code')]);
    await until(() => outbox.peer.mails.length > 0);
    await worker.close();
    expect(outbox.peer.mails.map(({ recipients }) => recipients)).toEqual([['ada@example.com']]);
    expect(outbox.peer.mails[0]?.message.subject).toBe('Bestätigen Sie Ihre E-Mail-Adresse für Sallyport');
  });

  test('vanish together when the change is rolled back', async () => {
    const [before] = await outbox.cloned.sql<{ count: string }>(
      `select count(*) from pgboss.job where name = 'send-code'`,
    );
    const work = outbox.database.orm.em.fork().transactional(async (em) => {
      await enqueueMail({ ...outbox, em }, { mail: alreadyRegistered, to: 'ada@example.com', app: null, params: {} });
      throw new Error('the change failed');
    });
    await expect(work).rejects.toThrow('the change failed');
    expect(await rows()).toEqual([]);
    expect(await outbox.cloned.sql(`select count(*) from pgboss.job where name = 'send-code'`)).toEqual([before]);
  });

  test('are refused outside a transaction', async () => {
    const em = outbox.database.orm.em.fork();
    const mail = enqueueMail(
      { ...outbox, em },
      { mail: alreadyRegistered, to: 'ada@example.com', app: null, params: {} },
    );
    await expect(mail).rejects.toThrow('transaction');
  });
});

test('code and link cannot be read in the database, neither before the mail is sent nor after', async () => {
  const mailId = await enqueue();
  const secret = /4830175|chal-lenge/;
  const everything = async () =>
    JSON.stringify([await rows(), await outbox.cloned.sql('select data, output from pgboss.job')]);
  expect(await everything()).not.toMatch(secret);
  await sendMail(outbox.needs(), { mailId });
  expect(outbox.peer.mails[0]?.message.text).toMatch(secret);
  expect(await everything()).not.toMatch(secret);
  expect(await rows()).toMatchObject([{ sealed: null, attempts: 1, last_error: null, sent_at: expect.any(Date) }]);
});

test('a job that runs twice sends once', async () => {
  const mailId = await enqueue();
  const sent = await outbox.attempts('sent');
  await sendMail(outbox.needs(), { mailId });
  await sendMail(outbox.needs(), { mailId });
  expect(outbox.peer.mails).toHaveLength(1);
  expect(await outbox.attempts('sent')).toBe(sent + 1);
});

test('a job whose row is gone does nothing', async () => {
  await sendMail(outbox.needs(), { mailId: '0199f0a0-0000-7000-8000-000000000001' });
  expect(outbox.peer.mails).toEqual([]);
});

test('a mail that fails keeps what it says, notes why, and arrives under the same Message-ID later', async () => {
  const mailId = await enqueue();
  const failed = await outbox.attempts('failed');
  outbox.peer.refuseWith({ code: 451, text: `4.7.1 try later, about "${code}"` });
  await expect(sendMail(outbox.needs(), { mailId })).rejects.toThrow('try later');
  expect(await rows()).toMatchObject([{ attempts: 1, sent_at: null, sealed: expect.any(String) }]);
  expect((await rows())[0]?.last_error).toMatch(/^Error \w+ RCPT TO 451$/);
  expect(await outbox.attempts('failed')).toBe(failed + 1);
  outbox.peer.refuseWith(undefined);
  await sendMail(outbox.needs(), { mailId });
  expect(outbox.peer.mails[0]?.message.messageId).toBe(`<${mailId}@auth.example.com>`);
  expect(await rows()).toMatchObject([{ attempts: 2, last_error: null }]);
});

test('a mail that cannot ever arrive is given up, and kept as it is', async () => {
  const undeliverable = await outbox.attempts('undeliverable');
  const mailId = await enqueue('ada@example.com,evil@example.net');
  await expect(sendMail(outbox.needs(), { mailId })).rejects.toBeInstanceOf(GivenUp);
  expect(outbox.peer.mails).toEqual([]);
  const why = 'not one plain e-mail address: This is not an e-mail address.';
  expect(await rows()).toMatchObject([{ sealed: expect.any(String), sent_at: null, last_error: why }]);
  expect(await outbox.attempts('undeliverable')).toBe(undeliverable + 1);
});

test('an attacker who can write to the database cannot have a code sent to an address of their own', async () => {
  const mailId = await enqueue();
  await outbox.cloned.sql('update mails set recipient = $1', ['evil@example.net']);
  await expect(sendMail(outbox.needs(), { mailId })).rejects.toThrow('does not belong');
  expect(await rows()).toMatchObject([{ sealed: expect.any(String), last_error: expect.stringContaining('belong') }]);
  expect(outbox.peer.mails).toEqual([]);
});

test('a mail sealed with another key stays until the key is back, and says what it waits for', async () => {
  const mailId = await enqueue();
  const otherKey = createSecretKey(randomBytes(32));
  await expect(sendMail(outbox.needs({ mailKey: otherKey }), { mailId })).rejects.toThrow(/another key.*SERVER_SECRET/);
  const [row] = await rows();
  expect(row).toMatchObject({ attempts: 1, sent_at: null, sealed: expect.any(String) });
  expect(row?.last_error).toMatch(
    new RegExp(`^mail ${mailId}: it was sealed with another key, .*SERVER_SECRET.*jwt\\.key`),
  );
  await sendMail(outbox.needs(), { mailId });
  expect(outbox.peer.mails).toHaveLength(1);
  expect(await rows()).toMatchObject([{ last_error: null }]);
});

test('a mail that this version does not know waits for the version that queued it', async () => {
  const mailId = await enqueue();
  await expect(sendMail(outbox.needs({ mails: [alreadyRegistered] }), { mailId })).rejects.toThrow('verify-email');
  expect(await rows()).toMatchObject([
    {
      sealed: expect.any(String),
      sent_at: null,
      last_error: `mail ${mailId}: this version has no mail named verify-email`,
    },
  ]);
  await sendMail(outbox.needs(), { mailId });
  expect(outbox.peer.mails).toHaveLength(1);
});

test('so does the log, when the queue finds one after a rotation', async () => {
  const worker = await createJobs(outbox, MAIL_QUEUES);
  // Those of other tests, whose rows are gone, would come first.
  await outbox.cloned.sql(`delete from pgboss.job where name = 'send-code'`);
  await enqueue();
  await worker.work([sendMailJob(outbox.needs({ mailKey: createSecretKey(randomBytes(32)) }), 'send-code')]);
  const said = () => outbox.lines.find((line) => line.includes('a job failed and will be tried again'));
  await until(() => said() !== undefined);
  await worker.close();
  expect(said()).toMatch(/it was sealed with another key, or altered since\. Set SERVER_SECRET/);
  expect(said()).not.toMatch(/4830175|chal-lenge/);
});

describe('the log', () => {
  const line = `mail to=ada@example.com code=${code} link=${link}`;
  const messages = () => outbox.lines.map((text) => (JSON.parse(text) as { msg: string }).msg);

  test('of development holds one line for each mail, with code and link', async () => {
    await sendMail(outbox.needs({ nodeEnv: 'development' }), { mailId: await enqueue() });
    expect(messages().filter((message) => message === line)).toHaveLength(1);
  });

  test('of production holds neither code nor link', async () => {
    await sendMail(outbox.needs({ nodeEnv: 'production' }), { mailId: await enqueue() });
    expect(outbox.peer.mails).toHaveLength(1);
    expect(outbox.lines.join('\n')).not.toContain(code);
  });
});

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { sendMail } from '../../../src/platform/mail/send-mail.js';
import { accountDeletedMail } from '../../../src/account/account-deleted.mail.js';
import { verifyEmail } from '../../../src/sign-up/verify-email.mail.js';
import { MailServerDown } from '../../../src/platform/mail/transport.js';
import { openOutbox, type Outbox } from '../../support/outbox.js';

let outbox: Outbox;
beforeAll(async () => {
  outbox = await openOutbox();
});
afterEach(() => outbox.clear());
afterAll(() => outbox.close());

const enqueueCode = (to = 'ada@example.com') =>
  outbox.enqueue(verifyEmail, to, { code: '4830175', link: 'https://auth.example.com/verify', minutes: 10 });
const enqueueNotice = () => outbox.enqueue(accountDeletedMail, 'grace@example.com', accountDeletedMail.sample);

test('past what a provider lets one sender send, mail waits in the queue and nothing is lost', async () => {
  const id = await enqueueNotice();
  for (let index = 0; index < 600; index += 1) await outbox.limits.consume('mail.global', 'all').catch(() => undefined);
  await expect(sendMail(outbox.needs(), { mailId: id })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(outbox.peer.mails).toEqual([]);
  outbox.clock.advance(601_000);
  await sendMail(outbox.needs(), { mailId: id });
  expect(outbox.peer.mails).toHaveLength(1);
});

test('notices leave a part of it to codes, and what was not sent is not counted', async () => {
  const down = { ...outbox.transport, send: () => Promise.reject(new MailServerDown('down')) };
  const code = await enqueueCode();
  await outbox.limits.reset('mail.global', 'all');
  for (let index = 0; index < 599; index += 1) await outbox.limits.consume('mail.global', 'all');
  for (let tries = 0; tries < 3; tries += 1)
    await expect(sendMail(outbox.needs({ transport: down }), { mailId: code })).rejects.toThrow('down');
  for (let index = 0; index < 400; index += 1)
    await outbox.limits.consume('mail.notices', 'all').catch(() => undefined);
  const notice = await enqueueNotice();
  await expect(sendMail(outbox.needs(), { mailId: notice })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await sendMail(outbox.needs(), { mailId: code });
  expect(outbox.peer.mails).toHaveLength(1);
});

test('a code that has expired while it waited is not sent; a notice is, however late', async () => {
  const expired = await outbox.attempts('expired');
  const code = await enqueueCode();
  const notice = await enqueueNotice();
  outbox.clock.advance(599_000);
  for (const policy of ['mail.global', 'mail.notices'] as const) await outbox.limits.reset(policy, 'all');
  await sendMail(outbox.needs(), { mailId: await enqueueCode('bob@example.com') });
  outbox.clock.advance(2_000);
  await sendMail(outbox.needs(), { mailId: code });
  await sendMail(outbox.needs(), { mailId: notice });
  expect(outbox.peer.mails.map(({ recipients }) => recipients[0])).toEqual(['bob@example.com', 'grace@example.com']);
  expect(await outbox.cloned.sql('select sealed, sent_at, last_error from mails where id = $1', [code])).toEqual([
    { sealed: null, sent_at: null, last_error: 'its code had expired' },
  ]);
  expect(await outbox.attempts('expired')).toBe(expired + 1);
});

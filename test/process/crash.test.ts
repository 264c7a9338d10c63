import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { embeddedFolder } from '../support/embedded-folder.js';
import { ME, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { startServer, temporaryFolder } from '../support/server-process.js';
import { type SmtpPeer, startSmtp } from '../support/smtp.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(240_000);

let database: TestDatabase;
let peer: SmtpPeer;
beforeAll(async () => {
  [database, peer] = await Promise.all([cloneDatabase(), startSmtp()]);
});
afterEach(() => {
  peer.mails.length = 0;
  peer.refuseWith(undefined);
});
afterAll(async () => {
  await peer.close();
  await database.drop();
});

describe.each([
  ['on PostgreSQL', async () => ({ DATABASE_URL: database.url })],
  ['on the embedded database', async () => ({ DATA_DIR: await embeddedFolder() })],
])('killed right after register has answered, %s', (_, storage) => {
  test('the mail is sent after a restart, once, and its code works', async () => {
    const settings = { ...(await storage()), KEYS_DIR: temporaryFolder(), SMTP_URL: peer.url };
    // Nothing can leave before the end.
    peer.refuseWith({ code: 451, text: '4.3.2 not now' });
    const email = newEmail();
    const first = await startServer(settings);
    const { register } = await first.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    expect(peer.mails).toEqual([]);

    peer.refuseWith(undefined);
    const second = await startServer(settings);
    // A job of a process that was killed is given back after half a minute.
    const deadline = performance.now() + 90_000;
    while (peer.mails.length === 0 && performance.now() < deadline) await sleep(50);
    expect(peer.mails.map(({ recipients }) => recipients)).toEqual([[email]]);
    const code = /^ {4}(\d{7})$/m.exec(peer.mails[0]!.message.text!)![1];
    const { verifyOtp } = await second.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
    expect((await second.ask(ME, {}, { token: verifyOtp.accessToken })).me.email).toBe(email);
    // As long as a second worker, or a second run of the job, would need.
    await sleep(3000);
    expect(peer.mails).toHaveLength(1);
    expect(await second.end()).toBe(0);
  });
});

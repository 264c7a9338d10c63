import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault } from '../support/fault.js';
import { type Installation, seconds, startInstallation, timed } from '../support/installation.js';
import { newEmail, REGISTER, STRONG_PASSWORD } from '../support/people.js';

jest.setTimeout(120_000);

let all: Installation;
beforeAll(async () => void (all = await startInstallation()));
afterAll(() => all.stop());

const BURST = 30;

fault(
  `${BURST} registrations at once, each mail takes the mail server 0.5 s`,
  'every code has left within 15 s',
  async () => {
    // MAIL, RCPT, DATA and the text are answered each.
    all.links.smtp.delay(125);
    const { took } = await timed(async () => {
      const input = () => ({ email: newEmail(), password: STRONG_PASSWORD });
      await Promise.all(Array.from({ length: BURST }, () => all.server.ask(REGISTER, { input: input() })));
      const end = performance.now() + 60_000;
      while (all.smtp.mails.length < BURST && performance.now() < end) await sleep(50);
    });
    const sent = all.smtp.mails.length;
    return { figure: `${sent} of ${BURST} after ${seconds(took)}`, held: sent === BURST && took < 15_000 };
  },
);

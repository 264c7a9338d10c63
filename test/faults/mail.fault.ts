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
      await Promise.all(Array.from({ length: BURST }, register));
      await arrived(BURST);
    });
    const sent = all.smtp.mails.length;
    return { figure: `${sent} of ${BURST} after ${seconds(took)}`, held: sent === BURST && took < 15_000 };
  },
);

fault(
  `the mail server is silent for 20 s while ${BURST} people register`,
  'every code has left within 30 s of its return',
  async () => {
    all.links.smtp.delay(0);
    all.links.smtp.drop();
    const before = all.smtp.mails.length;
    for (let count = 0; count < BURST; count += 1) await register();
    await sleep(20_000);
    all.links.smtp.restore();
    const { took } = await timed(() => arrived(before + BURST));
    const sent = all.smtp.mails.length - before;
    return { figure: `${sent} of ${BURST} after ${seconds(took)}`, held: sent === BURST && took < 30_000 };
  },
);

function register(): Promise<unknown> {
  return all.server.ask(REGISTER, { input: { email: newEmail(), password: STRONG_PASSWORD } });
}

/** Until the server has so many mails, or a minute has passed. */
async function arrived(count: number): Promise<void> {
  const end = performance.now() + 60_000;
  while (all.smtp.mails.length < count && performance.now() < end) await sleep(50);
}

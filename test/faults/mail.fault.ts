import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault } from '../support/fault.js';
import { type Installation, seconds, startInstallation, timed } from '../support/installation.js';
import { type ScriptedSmtp, type Stage, startScriptedSmtp } from '../support/scripted-smtp.js';
import { newEmail, REGISTER, STRONG_PASSWORD } from '../support/people.js';

jest.setTimeout(120_000);

let all: Installation;
beforeAll(
  async () =>
    void (all = await startInstallation({
      settings: ({ SMTP_URL }) => ({ SMTP_URL: SMTP_URL.replace('://', '://gateway:secret@') }),
    })),
);
afterAll(() => all.stop());

const BURST = 30;
const FEW = 5;

fault(
  `${BURST} registrations at once, each mail takes the mail server 0.5 s`,
  'every code has left within 15 s',
  async () => {
    // MAIL, RCPT, DATA and the text are answered each.
    all.links.smtp.delay(125);
    const { took } = await timed(async () => {
      await Promise.all(Array.from({ length: BURST }, () => register()));
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

/** So many people register; waits until each has a mail, and some more for a second one. */
async function servedBy(peer: ScriptedSmtp, people: number, more: number): Promise<{ counts: number[]; took: number }> {
  all.links.smtp.lead(peer.url);
  const emails = Array.from({ length: people }, () => newEmail());
  const { took } = await timed(async () => {
    await Promise.all(emails.map((email) => register(email)));
    const end = performance.now() + 60_000;
    while (!emails.every((email) => peer.mails.some(({ to }) => to === email)) && performance.now() < end)
      await sleep(50);
  });
  await sleep(more);
  return { counts: emails.map((email) => peer.mails.filter(({ to }) => to === email).length), took };
}

const FOR_NOW = [
  { stage: 'RCPT', say: '421 4.3.2 shutting down' },
  { stage: 'RCPT', say: '450 4.2.1 greylisted' },
  { stage: 'text', say: '451 4.3.0 try again' },
];

fault(
  `the mail server refuses the first try of ${3 * FEW} mails for now, by 421, 450 and 451`,
  'each mail arrives once, within 30 s',
  async () => {
    const tried = new Map<string, (typeof FOR_NOW)[number] | undefined>();
    const peer = await startScriptedSmtp((stage, _connection, recipient) => {
      if (recipient && !tried.has(recipient)) tried.set(recipient, FOR_NOW[tried.size % FOR_NOW.length]);
      const refusal = tried.get(recipient);
      if (refusal?.stage !== stage) return undefined;
      tried.set(recipient, undefined);
      return refusal;
    });
    const { counts, took } = await servedBy(peer, 3 * FEW, 1_000);
    await peer.close();
    const once = counts.filter((count) => count === 1).length;
    return {
      figure: `${once} of ${counts.length} arrived once, the last after ${seconds(took)}`,
      held: once === 3 * FEW && tried.size === 3 * FEW && took < 30_000,
    };
  },
);

fault(
  'the mail server knows no such mailbox (550 to RCPT)',
  'given up at once, and told in the log and in the metrics; who asks again has a mail',
  async () => {
    const email = newEmail();
    let unknown = true;
    const peer = await startScriptedSmtp((stage, _connection, recipient) =>
      unknown && stage === 'RCPT' && recipient === email ? { say: '550 5.1.1 no such user' } : undefined,
    );
    all.links.smtp.lead(peer.url);
    const { took } = await timed(async () => {
      await register(email);
      for (let tries = 0; !(await givenUp()) && tries < 400; tries += 1) await sleep(25);
    });
    const logged = /a job was given up/.test(all.server.output());
    unknown = false;
    await register(email);
    for (let tries = 0; peer.mails.length === 0 && tries < 400; tries += 1) await sleep(25);
    await peer.close();
    return {
      figure: `${await givenUp()} given up after ${seconds(took)}${logged ? '' : ', NOT LOGGED'}; ${peer.mails.length} mail when asked again`,
      held: (await givenUp()) === 1 && took < 5_000 && logged && peer.mails.length === 1,
    };
  },
);

fault(
  `the mail server takes ${FEW} mails, and the connection dies before it says so`,
  'each arrives, once or twice; the two have one Message-ID',
  async () => {
    const dead = new Set<string>();
    const peer = await startScriptedSmtp((stage, _connection, recipient) => {
      if (stage !== 'text' || dead.has(recipient)) return undefined;
      dead.add(recipient);
      return 'dies';
    });
    const { counts } = await servedBy(peer, FEW, 5_000);
    const ids = new Set(peer.mails.map(({ messageId }) => messageId)).size;
    await peer.close();
    return {
      figure: `${FEW} people: ${peer.mails.length} mails, at most ${Math.max(...counts)} each, ${ids} Message-IDs`,
      held: counts.every((count) => count === 1 || count === 2) && ids === FEW,
    };
  },
);

/** `FAULTS=long npm run test:faults -- mail` by hand: each stage. */
const STAGES: Stage[] =
  process.env.FAULTS === 'long' ? ['banner', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'text'] : ['banner'];

fault(
  `the mail server hangs, a connection for each stage: ${STAGES.join(', ')}`,
  'each mail arrives within 45 s; only those that hung after their text may come twice',
  async () => {
    const peer = await startScriptedSmtp((stage, connection) => (STAGES[connection] === stage ? 'hangs' : undefined));
    const { counts, took } = await servedBy(peer, STAGES.length, 1_000);
    await peer.close();
    const twice = counts.filter((count) => count === 2).length;
    return {
      figure: `${counts.filter((count) => count > 0).length} of ${STAGES.length} after ${seconds(took)}, ${twice} of them twice`,
      held: counts.every((count) => count > 0) && twice <= 1 && Math.max(...counts) <= 2 && took < 45_000,
    };
  },
);

async function givenUp(): Promise<number> {
  const metrics = await (await all.server.http('/metrics')).text();
  return Number(/^sallyport_mails_total\{outcome="undeliverable"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

function register(email = newEmail()): Promise<unknown> {
  return all.server.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
}

/** Until the server has so many mails, or a minute has passed. */
async function arrived(count: number): Promise<void> {
  const end = performance.now() + 60_000;
  while (all.smtp.mails.length < count && performance.now() < end) await sleep(50);
}

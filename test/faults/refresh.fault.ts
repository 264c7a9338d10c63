import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault, type Measured } from '../support/fault.js';
import { type Installation, newPerson, newSession, startInstallation, type Tokens } from '../support/installation.js';
import { REFRESH } from '../support/people.js';

jest.setTimeout(120_000);

const SESSIONS = 30;

let all: Installation;
let sessions: Tokens[];
beforeAll(async () => {
  all = await startInstallation();
  const person = await newPerson(all);
  sessions = await Promise.all(Array.from({ length: SESSIONS }, () => newSession(all, person)));
});
afterAll(() => all.stop());

/** A client that refreshes again and again, and gives up an answer after two seconds: it then has the token of before. */
async function refreshes(tokens: Tokens, until: AbortSignal): Promise<string | null> {
  let { refreshToken } = tokens;
  for (;;) {
    // The last one decides: it is asked when all is well again.
    const last = until.aborted;
    const asking = all.server.gql(REFRESH, { input: { refreshToken } }).catch(() => null);
    const answer = await Promise.race([asking, sleep(last ? 30_000 : 2_000, null, { ref: false })]);
    const code = answer?.errors[0]?.extensions.code;
    if (answer?.data?.refresh) refreshToken = answer.data.refresh.refreshToken;
    else if (code && code !== 'SERVICE_UNAVAILABLE') return code;
    if (last && answer?.data?.refresh) return null;
    await sleep(100 + Math.random() * 200);
  }
}

async function lostWhile(broken: () => Promise<void>): Promise<Measured> {
  const well = new AbortController();
  const clients = sessions.map((tokens) => refreshes(tokens, well.signal));
  await sleep(1_000);
  await broken();
  await sleep(2_000);
  well.abort();
  const lost = (await Promise.all(clients)).filter((code) => code !== null);
  const codes = [...new Set(lost)].join(', ');
  return { figure: `${lost.length} of ${SESSIONS} lost${codes && ` (${codes})`}`, held: lost.length === 0 };
}

fault(`PostgreSQL frozen for 12 s while ${SESSIONS} sessions refresh`, '0 sessions lost', () =>
  lostWhile(async () => {
    all.postgres.pause();
    await sleep(12_000);
    all.postgres.resume();
  }),
);

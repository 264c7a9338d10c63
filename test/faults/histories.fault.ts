import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault } from '../support/fault.js';
import { type Replicas, runHistories, startReplicas } from '../support/histories/run-histories.js';

/** `HISTORIES=2000 npm run test:faults -- histories` by hand. Eight at once take some 20 s; more at once on more than two cores. */
const HISTORIES = Number(process.env.HISTORIES ?? 16);
const AT_ONCE = Number(process.env.HISTORIES_AT_ONCE ?? 8);
const SEED = Number(process.env.HISTORIES_SEED ?? Date.now() % 1_000_000);

jest.setTimeout(120_000 + HISTORIES * 10_000);

let all: Replicas;
beforeAll(async () => {
  all = await startReplicas(AT_ONCE);
});
afterAll(() => all.stop());

fault(
  `${HISTORIES} random histories of nine clients on three accounts and two replicas, with faults of everything in between`,
  'no token is accepted after its end was answered; no session is lost without cause, outlives its end, or has two live refresh tokens',
  async () => {
    const sum = { acts: 0, unanswered: 0, sessions: 0, faults: 0 };
    for (let round = 0; round * AT_ONCE < HISTORIES; round += 1) {
      const seed = SEED + round;
      const result = await runHistories(all, Math.min(AT_ONCE, HISTORIES - round * AT_ONCE), seed);
      for (const what of ['acts', 'unanswered', 'sessions', 'faults'] as const) sum[what] += result[what];
      const [complaint] = result.complaints;
      if (complaint)
        return { figure: `seed ${seed}: ${result.complaints.length} broken, as: ${complaint}`, held: false };
    }
    return {
      figure: `${sum.acts} requests, ${sum.unanswered} of them unanswered, ${sum.sessions} sessions, ${sum.faults} faults, 0 broken promises`,
      held: sum.sessions > HISTORIES,
    };
  },
);

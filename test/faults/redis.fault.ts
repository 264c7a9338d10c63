import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault, type Measured } from '../support/fault.js';
import {
  asked,
  type Installation,
  newPerson,
  newSession,
  seconds,
  startInstallation,
  timed,
  type Tokens,
} from '../support/installation.js';
import { LOGOUT } from '../support/people.js';

jest.setTimeout(120_000);

let all: Installation;
let tokens: Tokens;
let leaving: Tokens[];
beforeAll(async () => {
  all = await startInstallation();
  const person = await newPerson(all);
  tokens = await newSession(all, person);
  leaving = await Promise.all(Array.from({ length: 10 }, () => newSession(all, person)));
});
afterAll(() => all.stop());

const PROMISE = 'reads wait for one time-out (0.25 s) and no more, sign-outs 3 s at most; no revoked token accepted';

/** Three hundred reads one after another, and five people who sign out among them. */
async function whileRedisIs(broken: () => void, mended: () => void): Promise<Measured> {
  await untilAsked();
  for (const one of leaving) await asked(all, one);
  broken();
  const reads: number[] = [];
  for (let times = 0; times < 300; times += 1) {
    const { result, took } = await timed(() => asked(all, tokens));
    reads.push(result === 'served' ? took : Number.POSITIVE_INFINITY);
  }
  const signOuts: number[] = [];
  let accepted = 0;
  for (const one of leaving.splice(0, 5)) {
    signOuts.push((await timed(() => all.server.ask(LOGOUT, {}, { token: one.accessToken }))).took);
    if ((await asked(all, one)) !== 'TOKEN_REVOKED') accepted += 1;
  }
  mended();
  const slow = reads.filter((took) => took > 200).length;
  const [worst = 0] = reads.toSorted((a, b) => b - a);
  return {
    figure: `${slow} of 300 reads waited, the slowest ${seconds(worst)}; sign-outs at most ${seconds(Math.max(...signOuts))}; ${accepted} revoked accepted`,
    held: accepted === 0 && slow <= 30 && worst < 1_000 && Math.max(...signOuts) < 3_000,
  };
}

async function untilAsked(): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (/^sallyport_redis_circuit_open 0$/m.test(await (await all.server.http('/metrics')).text())) return;
    await sleep(50);
  }
  throw new Error('Redis is not asked again');
}

fault('Redis slow by 2 s', PROMISE, () =>
  whileRedisIs(
    () => all.links.redis.delay(2_000),
    () => all.links.redis.delay(0),
  ),
);

fault('Redis frozen (SIGSTOP)', PROMISE, () =>
  whileRedisIs(
    () => all.redis.pause(),
    () => all.redis.resume(),
  ),
);

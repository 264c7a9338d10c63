import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault } from '../support/fault.js';
import {
  asked,
  type Installation,
  newPerson,
  newSession,
  type Person,
  seconds,
  startInstallation,
  timed,
  type Tokens,
} from '../support/installation.js';
import { LOGIN } from '../support/people.js';

jest.setTimeout(120_000);

let all: Installation;
let person: Person;
let tokens: Tokens;
beforeAll(async () => {
  all = await startInstallation();
  person = await newPerson(all);
  tokens = await newSession(all, person);
});
afterAll(() => all.stop());

/** Reads and sign-ins, at once. */
function mixed(count: number): Promise<{ result: string; took: number }[]> {
  const signIn = async () => {
    const { errors } = await all.server.gql(LOGIN, { input: { identifier: person.email, password: person.password } });
    return errors[0]?.extensions.code ?? 'served';
  };
  return Promise.all(
    Array.from({ length: count }, (_, index) => timed(() => (index % 2 ? signIn() : asked(all, tokens)))),
  );
}

/** How long until thirty of thirty are served. */
async function untilServed(): Promise<number> {
  const { took } = await timed(async () => {
    const end = performance.now() + 60_000;
    while ((await mixed(30)).some(({ result }) => result !== 'served')) {
      if (performance.now() > end) throw new Error('not served again within 60 s');
      await sleep(100);
    }
  });
  return took;
}

function summary(answers: { result: string; took: number }[]): { unavailable: boolean; slowest: number } {
  return {
    unavailable: answers.every(({ result }) => result === 'SERVICE_UNAVAILABLE'),
    slowest: Math.max(...answers.map(({ took }) => took)),
  };
}

fault(
  'PostgreSQL frozen (SIGSTOP) under 40 requests',
  'each is answered SERVICE_UNAVAILABLE within 10 s, later ones at once; 30 of 30 served within 10 s of its return',
  async () => {
    all.postgres.pause();
    const first = summary(await mixed(40));
    const later = summary(await mixed(40));
    all.postgres.resume();
    const back = await untilServed();
    return {
      figure: `40 answered within ${seconds(first.slowest)}, 40 later ones within ${seconds(later.slowest)}; 30 of 30 after ${seconds(back)}`,
      held: first.unavailable && later.unavailable && first.slowest < 10_000 && later.slowest < 3_000 && back < 10_000,
    };
  },
);

fault(
  'PostgreSQL killed (SIGKILL) and started again',
  'requests meanwhile are answered SERVICE_UNAVAILABLE within 5 s; 30 of 30 served within 10 s of its return',
  async () => {
    const under = mixed(40);
    await all.postgres.crash();
    await under;
    const away = summary(await mixed(40));
    await all.postgres.start();
    await all.postgres.answers();
    const back = await untilServed();
    return {
      figure: `40 answered within ${seconds(away.slowest)}; 30 of 30 after ${seconds(back)}`,
      held: away.unavailable && away.slowest < 5_000 && back < 10_000,
    };
  },
);

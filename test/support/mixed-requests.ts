import { setTimeout as sleep } from 'node:timers/promises';
import { asked, type Installation, type Person, timed, type Tokens } from './installation.js';
import { LOGIN } from './people.js';

/** The code of the refusal, or `served`, and the milliseconds that it took. */
export interface Outcome {
  result: string;
  took: number;
}

/** So many reads and sign-ins at once. */
export function mixedRequests(all: Installation, person: Person, tokens: Tokens, count: number): Promise<Outcome[]> {
  const signIn = async () => {
    const { errors } = await all.server.gql(LOGIN, { input: { identifier: person.email, password: person.password } });
    return errors[0]?.extensions.code ?? 'served';
  };
  return Promise.all(
    Array.from({ length: count }, (_, index) => timed(() => (index % 2 ? signIn() : asked(all, tokens)))),
  );
}

/** Asks until all are served; the milliseconds until then. */
export async function untilAllServed(ask: () => Promise<Outcome[]>): Promise<number> {
  const { took } = await timed(async () => {
    const end = performance.now() + 60_000;
    while ((await ask()).some(({ result }) => result !== 'served')) {
      if (performance.now() > end) throw new Error('not served again within 60 s');
      await sleep(100);
    }
  });
  return took;
}

export function summary(outcomes: Outcome[]): { unavailable: boolean; slowest: number } {
  return {
    unavailable: outcomes.every(({ result }) => result === 'SERVICE_UNAVAILABLE'),
    slowest: Math.max(...outcomes.map(({ took }) => took)),
  };
}

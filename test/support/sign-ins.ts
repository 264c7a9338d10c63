import { setTimeout as sleep } from 'node:timers/promises';
import { type Installation, newSession, type Person, type Tokens } from './installation.js';
import { loadWhile } from './load-while.js';
import { REFRESH } from './people.js';

/** People sign in, four at a time, while `cause` runs: the sessions that were answered. */
export async function signInsWhile(
  all: Pick<Installation, 'server'>,
  person: Person,
  cause: () => Promise<void>,
): Promise<Tokens[]> {
  const answered: Tokens[] = [];
  const signIn = () =>
    newSession(all, person).then(
      (session) => answered.push(session),
      () => sleep(50),
    );
  await loadWhile([signIn, signIn, signIn, signIn], cause);
  return answered;
}

/** How many of the sessions cannot refresh. */
export async function lostOf({ server }: Pick<Installation, 'server'>, sessions: Tokens[]): Promise<number> {
  const answers = await Promise.all(
    sessions.map(({ refreshToken }) => server.gql(REFRESH, { input: { refreshToken } })),
  );
  return answers.filter(({ errors }) => errors.length > 0).length;
}

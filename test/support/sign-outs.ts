import { setTimeout as sleep } from 'node:timers/promises';
import { asked, type Installation, newSession, type Person, seconds, timed, type Tokens } from './installation.js';
import { loadWhile } from './load-while.js';
import { LOGOUT } from './people.js';

/** What people noticed of it. */
export interface Noticed {
  reads: number;
  /** The longest that one took, in ms; infinite where one was not served. */
  slowestRead: number;
  signOuts: number;
  slowestSignOut: number;
  /** How often a token was accepted whose sign-out had been answered. */
  accepted: number;
}

/**
 * While `cause` runs, one person reads without a pause, others sign out one after another, and the tokens of those who have signed
 * out, some of them before, are tried again and again.
 */
export async function signOutsWhile(
  all: Pick<Installation, 'server'>,
  person: Person,
  cause: () => Promise<void>,
): Promise<Noticed> {
  const newSessions = (count: number) => Promise.all(Array.from({ length: count }, () => newSession(all, person)));
  const ask = (tokens: Tokens) => asked(all, tokens);
  const [reading, ...leaving] = (await newSessions(20)) as [Tokens, ...Tokens[]];
  const gone: Tokens[] = [];
  const noticed = { reads: 0, slowestRead: 0, signOuts: 0, slowestSignOut: 0, accepted: 0 };

  const read = async () => {
    const { result, took } = await timed(() => ask(reading));
    noticed.reads += 1;
    noticed.slowestRead = Math.max(noticed.slowestRead, result === 'served' ? took : Number.POSITIVE_INFINITY);
  };
  const tryOne = async (tokens: Tokens) => void ((await ask(tokens)) === 'TOKEN_REVOKED' || (noticed.accepted += 1));
  const leave = async () => {
    const tokens = leaving.pop();
    if (!tokens) return sleep(50);
    const { took } = await timed(() => all.server.ask(LOGOUT, {}, { token: tokens.accessToken }));
    noticed.signOuts += 1;
    noticed.slowestSignOut = Math.max(noticed.slowestSignOut, took);
    await tryOne(tokens);
    gone.push(tokens);
  };
  const tryAgain = async () => {
    for (const tokens of gone) await tryOne(tokens);
    await sleep(20);
  };

  // Remembered in Redis, and then gone.
  for (const tokens of leaving) await ask(tokens);
  await Promise.all(Array.from({ length: 5 }, leave));
  await loadWhile([read, () => leave().then(() => sleep(250)), tryAgain], async () => {
    await cause();
    await sleep(500);
  });
  await tryAgain();
  return noticed;
}

export function told({ reads, slowestRead, signOuts, slowestSignOut, accepted }: Noticed): string {
  return `${reads} reads, the slowest ${seconds(slowestRead)}; ${signOuts} sign-outs at most ${seconds(slowestSignOut)}; ${accepted} revoked accepted`;
}

export function isKept({ slowestRead, signOuts, slowestSignOut, accepted }: Noticed): boolean {
  return accepted === 0 && slowestRead < 1_500 && signOuts > 5 && slowestSignOut < 3_000;
}

/** Settles when Redis is asked, or no longer, and has been for so many milliseconds; how long it took until it was. */
export async function untilRedisIsAsked(
  { server }: Pick<Installation, 'server'>,
  { asked = true, lasting = 0 } = {},
): Promise<number> {
  const line = asked ? /^sallyport_redis_circuit_open 0$/m : /^sallyport_redis_circuit_open 1$/m;
  const begun = performance.now();
  for (let since = begun; performance.now() < begun + 40_000; await sleep(25)) {
    if (!line.test(await (await server.http('/metrics')).text())) since = performance.now();
    else if (performance.now() - since >= lasting) return since - begun;
  }
  throw new Error(asked ? 'Redis is not asked again' : 'Redis is still asked');
}

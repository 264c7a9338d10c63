import { afterAll, beforeAll, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimsOf } from '../support/administration.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { CONFIRM_TOTP, ENROLL_TOTP, LOGIN_STEP, STEP, totp } from '../support/factors.js';
import { fault } from '../support/fault.js';
import { asked, newSession, type Person, type Tokens } from '../support/installation.js';
import { LOGOUT, newEmail, REFRESH, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { CHANGE_PASSWORD, NEW_PASSWORD } from '../support/recovery.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { type ServerProcess, startServer, temporaryFolder } from '../support/server-process.js';

jest.setTimeout(300_000);

const MINUTE = 60_000;

let database: TestDatabase;
let redis: RedisServer;
let ahead: ServerProcess;
let behind: ServerProcess;
beforeAll(async () => {
  [database, redis] = await Promise.all([cloneDatabase(), startRedisServer()]);
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    KEYS_DIR: temporaryFolder(),
    PUBLIC_URL: 'http://localhost:4000',
    LIMITS_FACTOR: '1000',
  };
  // Codes are read from the log of the one that sends them.
  ahead = await startServer({ ...settings, NODE_OPTIONS: clockWrongBy(MINUTE) });
  behind = await startServer({ ...settings, NODE_OPTIONS: clockWrongBy(-MINUTE), JOBS: 'off' });
});
afterAll(async () => {
  await Promise.all([ahead.end('SIGKILL'), behind.end('SIGKILL')]);
  await Promise.all([redis.stop(), database.drop()]);
});

/** Every Date of the process, those of its packages too. */
function clockWrongBy(ms: number): string {
  const code = `
    const now = () => Real.now() + ${ms}, Real = Date;
    globalThis.Date = new Proxy(Real, {
      construct: (_, args, as) => Reflect.construct(Real, args.length ? args : [now()], as),
      apply: () => new Real(now()).toString(),
      get: (_, name) => (name === 'now' ? now : Reflect.get(Real, name)),
    });`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

const WAYS = (): [first: ServerProcess, second: ServerProcess][] => [
  [ahead, behind],
  [behind, ahead],
];

/** Opens an account at the one, by a code that is answered at the other. */
async function personOf(first: ServerProcess, second: ServerProcess): Promise<Person> {
  const person = { email: newEmail(), password: STRONG_PASSWORD };
  const { register } = await first.ask(REGISTER, { input: person });
  const code = await ahead.codeFor(person.email);
  await second.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
  return person;
}

async function refreshAt(server: ServerProcess, { refreshToken }: Tokens): Promise<Tokens> {
  return (await server.ask(REFRESH, { input: { refreshToken } })).refresh;
}

const clock = { now: () => new Date(), forDatabase: () => null, advance: () => {} };

fault(
  'of two replicas the clock of one is a minute ahead, and that of the other a minute behind',
  'codes of mails and of authenticator apps, sign-ins, refreshes and reads work across them',
  async () => {
    let done = 0;
    for (const [first, second] of WAYS()) {
      const person = await personOf(first, second);
      let tokens = await newSession({ server: first }, person);
      const error = claimsOf(tokens.accessToken).iat * 1000 - Date.now();
      if (Math.abs(error - (first === ahead ? MINUTE : -MINUTE)) > 10_000) throw new Error('the clock is right');
      for (const server of [second, first, second]) {
        if ((await asked({ server }, tokens)) !== 'served') throw new Error('a token is refused');
        tokens = await refreshAt(server, tokens);
        done += 2;
      }
      const token = tokens.accessToken;
      const { challengeToken, secret } = (await first.ask(ENROLL_TOTP, {}, { token })).enrollTotp;
      await second.ask(CONFIRM_TOTP, { input: { challengeToken, code: totp({ clock }, secret) } }, { token });
      const input = { identifier: person.email, password: person.password };
      const { login } = await first.ask(LOGIN_STEP, { input });
      // Each step counts once; the one after the present one is taken too.
      const answer = { challengeToken: login.challengeToken, code: totp({ clock }, secret, STEP) };
      const { verifyOtp } = await second.ask(VERIFY_OTP, { input: answer });
      if ((await asked({ server: first }, verifyOtp)) !== 'served') throw new Error('a second factor is refused');
      done += 4;
    }
    return { figure: `${done} of ${done} served`, held: done === 20 };
  },
);

fault(
  'the same two replicas, and sessions that one of them began and the other one ends',
  'no token is accepted after its end was answered, nor when Redis has forgotten it',
  async () => {
    const ended: Tokens[] = [];
    const accepted: string[] = [];
    const assertRefused = async (tokens: Tokens, when: string) => {
      for (const server of [ahead, behind])
        if ((await asked({ server }, tokens)) !== 'TOKEN_REVOKED') accepted.push(when);
    };
    for (const [first, second] of WAYS()) {
      for (let turn = 0; turn < 5; turn += 1) {
        const person = await personOf(first, second);
        const tokens = await newSession({ server: first }, person);
        const others = await newSession({ server: second }, person);
        // Known and believed on both.
        for (const server of [ahead, behind, ahead, behind]) await asked({ server }, tokens);
        const input = { currentPassword: person.password, newPassword: NEW_PASSWORD };
        await second.ask(CHANGE_PASSWORD, { input }, { token: others.accessToken });
        await assertRefused(tokens, 'after changePassword');
        await second.ask(LOGOUT, {}, { token: others.accessToken });
        await assertRefused(others, 'after logout');
        ended.push(tokens, others);
      }
    }
    await redis.command('FLUSHALL');
    // What was believed is not any more.
    await sleep(1_500);
    for (const tokens of ended) await assertRefused(tokens, 'after Redis has forgotten');
    const figure = `${ended.length} sessions ended, ${accepted.length} of ${ended.length * 4} reads accepted`;
    return { figure: [figure, ...new Set(accepted)].join('; '), held: accepted.length === 0 };
  },
);

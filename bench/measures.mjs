/** What is measured. Each takes the bed and answers with figures; report.mjs knows what they should be. */
import { once } from 'node:events';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { freePort } from './services.mjs';

/** @typedef {import('./bed.mjs').Bed} Bed */
/** `part`: of the warm-up, and of the rounds of what needs few. */
/** @typedef {{ rounds: number, seconds: number, part: number, storm: number, soak: number }} Size */

const CONNECTIONS = 32;
/** Without SMTP_URL every mail fails and is tried again, which costs more than the sign-in it tells of: jobs rest. */
const NO_MAIL = { JOBS: 'off' };
/** `logout` uses up a session for each request. */
const LOGOUTS = 3000;
/** V8 needs some ten thousand requests until it has compiled what is hot: before that `me` costs twice as much. */
const WARM_UP = { me: 20_000, refresh: 8000, logout: 8000, login: 300, register: 300 };

/**
 * Processor time of the server process for one request, ours and the baseline's turn about.
 * @param {Bed} bed @param {Size} size
 */
export async function operations(bed, { rounds, seconds, part }) {
  const servers = { ours: await bed.ours(), baseline: await bed.baseline() };
  const names = /** @type {const} */ (['ours', 'baseline']);
  /** @type {Record<string, { ours: number, baseline: number, ratio: number, perSecond: { ours: number, baseline: number } }>} */
  const figures = {};
  for (const operation of /** @type {const} */ (['me', 'refresh', 'logout'])) {
    const cpu = { ours: /** @type {number[]} */ ([]), baseline: /** @type {number[]} */ ([]) };
    const rate = { ours: /** @type {number[]} */ ([]), baseline: /** @type {number[]} */ ([]) };
    for (let round = -1; round < rounds; round += 1) {
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const server = servers[name];
        const amount = round < 0 ? Math.round(WARM_UP[operation] * part) : operation === 'logout' ? LOGOUTS : undefined;
        const people = await bed.sessions(CONNECTIONS + (operation === 'logout' ? (amount ?? 0) : 0));
        const before = server.cpu();
        const { answered, perSecond } = await bed.load(server.url, {
          operation,
          connections: CONNECTIONS,
          people,
          ...(amount ? { amount } : { duration: seconds }),
        });
        // The first round only warms up.
        if (round < 0) continue;
        cpu[name].push(((server.cpu() - before) / answered) * 1e6);
        rate[name].push(perSecond);
      }
    }
    const [ours, baseline] = [median(cpu.ours), median(cpu.baseline)];
    const perSecond = { ours: median(rate.ours), baseline: median(rate.baseline) };
    figures[operation] = { ours, baseline, ratio: ours / baseline, perSecond };
  }
  const memory = servers.ours.memory();
  await Promise.all(names.map((name) => servers[name].stop()));
  return { ...figures, memoryAtLoad: memory };
}

/**
 * How much of a login's and a registration's processor time is the hash itself, on the same core.
 * @param {Bed} bed @param {Size} size
 */
export async function hashing(bed, { rounds, seconds, part }) {
  const server = await bed.ours({ env: NO_MAIL });
  const people = await bed.sessions(64);
  /** @type {Record<'login' | 'register', number[]>} */
  const shares = { login: [], register: [] };
  for (let round = -1; round < rounds * part; round += 1) {
    for (const operation of /** @type {const} */ (['login', 'register'])) {
      const raw = await bed.rawHashes(seconds);
      const before = server.cpu();
      const { answered } = await bed.load(server.url, {
        operation,
        connections: CONNECTIONS,
        people,
        // The first round only warms up: by requests, since a slow machine answers few of them in a short round.
        ...(round < 0 ? { amount: WARM_UP[operation] } : { duration: seconds }),
      });
      if (round >= 0) shares[operation].push(raw.cpu / ((server.cpu() - before) / answered));
    }
  }
  await server.stop();
  return { login: median(shares.login), register: median(shares.register) };
}

/**
 * `me` at a steady rate, alone and while sixteen logins are always in flight; and how a full queue says no.
 * The server has all cores: hashing needs one to spare.
 * @param {Bed} bed @param {Size} size
 */
export async function storm(bed, { storm: seconds }) {
  const server = await bed.ours({ cores: null, env: NO_MAIL });
  const people = await bed.sessions(64);
  /** @type {import('./bed.mjs').Ask & { people: typeof people }} */
  const me = { operation: 'me', connections: CONNECTIONS, rate: 320, duration: seconds, people };
  await bed.load(server.url, { ...me, duration: 2 });
  await bed.load(server.url, { operation: 'login', connections: 4, duration: Math.min(3, seconds), people });
  const calm = await bed.load(server.url, me);
  const [stormy, logins] = await Promise.all([
    bed.load(server.url, me),
    bed.load(server.url, { operation: 'login', connections: 16, duration: seconds + 1, people }),
  ]);
  const crowd = await bed.load(server.url, { operation: 'login', connections: 600, amount: 600, people });
  await server.stop();
  const { refused, slowestRefusal } = crowd;
  return {
    calm: calm.p99,
    stormy: stormy.p99,
    ratio: stormy.p99 / calm.p99,
    loginsPerSecond: logins.perSecond,
    refused,
    slowestRefusal,
  };
}

/**
 * What the request of a graph waits for where its router asks whether the token is revoked: at a steady rate, the server on one core.
 * @param {Bed} bed @param {Size} size
 */
export async function coprocessor(bed, { rounds, seconds, part }) {
  const [port, secret] = [await freePort(), 'a-router-and-its-coprocessor-know-this'];
  const env = { ...NO_MAIL, COPROCESSOR_SECRET: secret, COPROCESSOR_PORT: `${port}` };
  // As docs/federation.md says for one core.
  const server = await bed.ours({ env, execArgv: ['--single-threaded-gc'] });
  const url = `http://127.0.0.1:${port}/coprocessor/${secret}`;
  const people = await bed.sessions(1000);
  /** @type {import('./bed.mjs').Ask & { people: typeof people }} */
  const calls = { operation: 'coprocessor', connections: CONNECTIONS, people };
  await bed.load(url, { ...calls, amount: Math.round(WARM_UP.me * part) });
  /** @type {Record<'p50' | 'p99' | 'cpu', number[]>} */
  const taken = { p50: [], p99: [], cpu: [] };
  for (let round = 0; round < rounds; round += 1) {
    const before = server.cpu();
    const { answered, p50, p99 } = await bed.load(url, { ...calls, rate: 1000, duration: seconds + 1 });
    taken.cpu.push(((server.cpu() - before) / answered) * 1e6);
    taken.p50.push(p50);
    taken.p99.push(p99);
  }
  await server.stop();
  return { p50: median(taken.p50), p99: median(taken.p99), cpu: median(taken.cpu) };
}

/**
 * How much more than one process two can answer, the load generator aside: by the processor time that a request of each
 * costs, since on two cores the load would take from the servers what it needs itself.
 * @param {Bed} bed @param {Size} size
 */
export async function workers(bed, { rounds, seconds, part }) {
  const servers = [await bed.ours(), await bed.ours({ cores: null, env: { WORKERS: '2' } })];
  /** @type {number[][]} */
  const costs = [[], []];
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, server] of servers.entries()) {
      // As many for each process: what is asked in one turn is asked together.
      const connections = CONNECTIONS * (index + 1);
      const people = await bed.sessions(connections);
      const before = server.cpu();
      const amount = round < 0 && { amount: Math.round(2 * WARM_UP.me * part) };
      const { answered } = await bed.load(server.url, {
        operation: 'me',
        connections,
        people,
        ...(amount || { duration: seconds }),
      });
      if (round >= 0) costs[index]?.push((server.cpu() - before) / answered);
    }
  }
  await Promise.all(servers.map(({ stop }) => stop()));
  const [one = 0, two = 0] = costs.map(median);
  return { one: one * 1e6, two: two * 1e6, ratio: (2 * one) / two };
}

/**
 * From spawn to the first answered operation, in milliseconds of the clock and seconds of processor time.
 * @param {Bed} bed @param {Size} size
 */
export async function starts(bed, { rounds, part }) {
  const embedded = { DATABASE_URL: undefined, REDIS_URL: undefined, NODE_ENV: 'development', PUBLIC_URL: undefined };
  const data = { ...embedded, DATA_DIR: join(bed.scratch, 'data') };
  /** @type {Record<'services' | 'embedded', { wall: number, cpu: number }>} */
  const figures = { services: { wall: 0, cpu: 0 }, embedded: { wall: 0, cpu: 0 } };
  for (const kind of /** @type {const} */ (['services', 'embedded'])) {
    const taken = [];
    for (let round = -1; round < rounds * part; round += 1) {
      const server = await bed.ours({ cores: null, ...(kind === 'embedded' && { env: data }) });
      if (round >= 0) taken.push({ wall: server.startedIn, cpu: server.cpu() });
      await server.stop();
    }
    figures[kind] = { wall: median(taken.map(({ wall }) => wall)), cpu: median(taken.map(({ cpu }) => cpu)) };
  }
  return figures;
}

/**
 * Resident memory over very many requests of all kinds, with the jobs that follow from them: after each tenth, when the garbage is
 * collected, so that what is left is what the server keeps.
 * @param {Bed} bed @param {Size} size
 */
export async function soak(bed, { soak: requests }) {
  const mails = await startMailServer();
  const collecting = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2",gc)'];
  const server = await bed.ours({ env: { SMTP_URL: mails.url }, execArgv: collecting });
  const tenth = Math.ceil(requests / 10);
  const memory = [];
  for (let done = 0; done < requests; done += tenth) {
    const jobs = [];
    for (const [operation, { share, connections }] of Object.entries(MIXTURE)) {
      const amount = Math.max(connections, Math.round(tenth * share));
      const people = await bed.sessions(operation === 'logout' ? amount + connections : 500);
      jobs.push({ operation: /** @type {keyof typeof MIXTURE} */ (operation), connections, amount, people });
    }
    await Promise.all(jobs.map((job) => bed.load(server.url, job)));
    memory.push(await server.kept());
    process.stderr.write(`${done + tenth} requests: ${memory.at(-1)?.toFixed(1)} MiB\n`);
  }
  await server.stop();
  await mails.close();
  // Until half of them, caches fill and threads start.
  const early = memory[memory.length / 2 - 1] ?? 0;
  const late = memory.at(-1) ?? 0;
  return { requests, memory, early, late, growth: late - early };
}

/** A server that signs people in, and mostly reads. */
const MIXTURE = {
  me: { share: 0.9, connections: CONNECTIONS },
  refresh: { share: 0.08, connections: 8 },
  login: { share: 0.01, connections: 2 },
  register: { share: 0.005, connections: 1 },
  logout: { share: 0.005, connections: 1 },
};

/** Takes every mail and keeps none. */
async function startMailServer() {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => void stream.resume().once('end', () => done()),
  });
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed(null));
      }),
  };
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { fault, type Measured } from '../support/fault.js';
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
import { LOGOUT } from '../support/people.js';
import {
  type RedisServer,
  startRedisCluster,
  startRedisServer,
  startRedisWithSentinels,
} from '../support/redis-server.js';
import { startServer } from '../support/server-process.js';
import { isKept, signOutsWhile, told, untilRedisIsAsked } from '../support/sign-outs.js';
import { startSlowLink } from '../support/slow-link.js';

jest.setTimeout(120_000);

let all: Installation;
let person: Person;
let tokens: Tokens;
let leaving: Tokens[];
beforeAll(async () => {
  all = await startInstallation();
  person = await newPerson(all);
  tokens = await newSession(all, person);
  leaving = await Promise.all(Array.from({ length: 10 }, () => newSession(all, person)));
});
afterAll(() => all.stop());

const PROMISE = 'reads wait for one time-out (0.25 s) and no more, sign-outs 3 s at most; no revoked token accepted';

/** Three hundred reads one after another, and five people who sign out among them. */
async function whileRedisIs(broken: () => void, mended: () => void): Promise<Measured> {
  await untilRedisIsAsked(all);
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

/** `FAULTS=long npm run test:faults -- redis` by hand: twenty rounds. */
const ROUNDS = process.env.FAULTS === 'long' ? 20 : 1;

const KEPT = 'each read is served within 1.5 s, sign-outs within 3 s; no revoked token accepted';

fault(`Redis flushed, killed and restarted empty while people sign out (rounds: ${ROUNDS})`, KEPT, async () => {
  await untilRedisIsAsked(all);
  const noticed = await signOutsWhile(all, person, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await all.redis.command('FLUSHALL');
      await sleep(500);
      await all.redis.kill();
      await untilRedisIsAsked(all, { asked: false });
      await all.redis.start();
      await untilRedisIsAsked(all);
    }
  });
  return { figure: told(noticed), held: isKept(noticed) };
});

/** Starts a replica whose Redis is of no use from the start. */
async function startsWithout(url: string, mend: () => void): Promise<Measured> {
  const { result: server, took } = await timed(() => startServer({ ...all.settings, REDIS_URL: url }));
  try {
    const noticed = await signOutsWhile({ server }, person, () => sleep(1_000));
    mend();
    const back = await untilRedisIsAsked({ server });
    return {
      figure: `started after ${seconds(took)}; ${told(noticed)}; asked ${seconds(back)} after it answers`,
      held: isKept(noticed) && took < 15_000 && back < 10_000,
    };
  } finally {
    await server.end('SIGKILL');
  }
}

const FROM_THE_START = `the server starts; ${KEPT}; Redis is asked within 10 s of its answering`;

fault('Redis accepts and never answers from the start', FROM_THE_START, async () => {
  const link = await startSlowLink(all.redis.url);
  link.drop();
  const measured = await startsWithout(`redis://127.0.0.1:${link.port}`, link.restore);
  await link.close();
  return measured;
});

fault('the way to Redis drops every packet (SYN) from the start', FROM_THE_START, async () => {
  const redis = await startRedisServer({ args: ['--tcp-backlog', '1'] });
  redis.pause();
  const waiting = await fillBacklog(redis);
  const mend = () => {
    for (const socket of waiting) socket.destroy();
    redis.resume();
  };
  const measured = await startsWithout(redis.url, mend);
  await redis.stop();
  return measured;
});

/** Linux drops the SYNs to a server that accepts nobody and whose queue is full. */
async function fillBacklog({ port }: RedisServer): Promise<Socket[]> {
  const waiting: Socket[] = [];
  for (;;) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    waiting.push(socket);
    const joined = once(socket, 'connect').then(() => true);
    if (!(await Promise.race([joined, sleep(300, false)]))) return waiting;
  }
}

const FAILOVER =
  'each read is served within 1.5 s, sign-outs within 3 s; no revoked token accepted; the new master is asked within 15 s';

/** The master, of whatever kind, is killed under a server. */
async function failsOver(url: string, master: RedisServer): Promise<Measured> {
  const server = await startServer({ ...all.settings, REDIS_URL: url });
  try {
    await untilRedisIsAsked({ server });
    let back = 0;
    const noticed = await signOutsWhile({ server }, person, async () => {
      await master.kill();
      back = await untilRedisIsAsked({ server }, { asked: false });
      // A cluster whose replica is not promoted yet is asked in vain once and again.
      back += await untilRedisIsAsked({ server }, { lasting: 1_000 });
    });
    return {
      figure: `${told(noticed)}; asked again for good after ${seconds(back)}`,
      held: isKept(noticed) && back < 15_000,
    };
  } finally {
    await server.end('SIGKILL');
  }
}

fault('the master of a Redis with three sentinels is killed while people sign out', FAILOVER, async () => {
  const redis = await startRedisWithSentinels();
  const measured = await failsOver(redis.url, redis.master);
  await redis.stop();
  return measured;
});

fault('a master of a Redis Cluster is killed while people sign out', FAILOVER, async () => {
  const cluster = await startRedisCluster({ replicas: true });
  // Every request reads this one.
  const measured = await failsOver(cluster.url, await cluster.masterOf('sallyport:roles-epoch'));
  await cluster.stop();
  return measured;
});

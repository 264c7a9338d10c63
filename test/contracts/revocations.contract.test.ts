import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics } from '../../src/platform/metrics.js';
import { openRedis, type RedisConnection } from '../../src/platform/redis.js';
import { createRevocations } from '../../src/revocations/create-revocations.js';
import type { Revocations } from '../../src/revocations/revocations.js';
import { fakeClock } from '../support/clock.js';
import { testWith } from '../support/not-run.js';
import { quietLog } from '../support/quiet-log.js';
import { hasRedisServer, startRedisCluster, startRedisServer } from '../support/redis-server.js';
import { tokenTruth } from '../support/token-truth.js';
import { until } from '../support/until.js';

const lifetimes = { accessTokenLifetime: 900_000 };
const clock = fakeClock();

/** What every implementation promises. `processes` share what they share in production; `remembers`: spares the truth. */
interface Candidate {
  name: string;
  remembers: boolean;
  available: boolean;
  open(): Promise<{ processes: Revocations[]; close(): Promise<void> }>;
}

const candidates: Candidate[] = [
  {
    name: 'memory, one process',
    remembers: true,
    available: true,
    open: async () => ({ processes: [create(undefined, true)], close: async () => {} }),
  },
  {
    name: 'PostgreSQL alone, two processes',
    remembers: false,
    available: true,
    open: async () => ({ processes: [create(undefined), create(undefined)], close: async () => {} }),
  },
  { name: 'Redis, two processes', remembers: true, available: hasRedisServer(), open: () => overRedis(false) },
  { name: 'Redis Cluster, two processes', remembers: true, available: hasRedisServer(), open: () => overRedis(true) },
];

describe.each(candidates)('revocations: $name', ({ name, remembers, available, open }) => {
  const check = testWith(available, `revocations: ${name}`, 'no redis-server on PATH');
  let processes: Revocations[];
  let close = async () => {};
  let world: ReturnType<typeof tokenTruth>;

  beforeAll(async () => {
    if (available) ({ processes, close } = await open());
  });
  afterAll(() => close());
  beforeEach(() => {
    world = tokenTruth();
  });

  const first = () => processes[0] as Revocations;
  const everywhere = (claims: Parameters<Revocations['isLive']>[0]) =>
    Promise.all(processes.map((process) => process.isLive(claims, world.truth)));
  const warm = async (claims: Parameters<Revocations['isLive']>[0]) => {
    for (let round = 0; round < 2; round++) expect(new Set(await everywhere(claims))).toEqual(new Set([true]));
  };
  const dead = async (claims: Parameters<Revocations['isLive']>[0]) =>
    expect(new Set(await everywhere(claims))).toEqual(new Set([false]));

  check('a token of an ended session is refused in every process at once, its neighbour is not', async () => {
    const claims = world.token();
    const other = world.token(claims.sub);
    await warm(claims);
    await warm(other);
    world.end(claims.sid);
    await first().denySession(claims.sub, claims.sid);
    await dead(claims);
    await warm(other);
  });

  check('isDenied knows deny entries, and nothing else', async () => {
    const claims = world.token();
    const denials = () => Promise.all(processes.map((process) => process.isDenied(claims)));
    expect(new Set(await denials())).toEqual(new Set([false]));
    await first().denySession(claims.sub, claims.sid);
    await until(async () => (await denials()).every((denied) => denied === remembers));
  });

  check('many sessions end together', async () => {
    const tokens = [world.token('ada'), world.token('ada'), world.token('ada')];
    for (const claims of tokens) await warm(claims);
    for (const { sid } of tokens) world.end(sid);
    await first().denySessions(
      'ada',
      tokens.map(({ sid }) => sid),
    );
    for (const claims of tokens) await dead(claims);
  });

  check('a new version of the user kills older tokens and leaves newer ones', async () => {
    const before = world.token();
    await warm(before);
    await first().denyUser(before.sub, world.raise(before.sub));
    await dead(before);
    await warm(world.token(before.sub));
  });

  check('two new versions denied in the wrong order leave nothing alive', async () => {
    const before = world.token();
    const second = world.raise(before.sub);
    const between = world.token(before.sub);
    await warm(between);
    const last = world.raise(before.sub);
    await first().denyUser(before.sub, last);
    await first().denyUser(before.sub, second);
    await dead(before);
    await dead(between);
  });

  check('one token is denied by its id, the session goes on', async () => {
    const claims = world.token();
    const sibling = { ...world.token(claims.sub), sid: claims.sid };
    await warm(claims);
    world.end(claims.jti);
    await first().denyToken(claims.sub, claims.jti);
    await dead(claims);
    await warm(sibling);
  });

  check('a changed role kills the tokens of everyone who holds it, by one call', async () => {
    const editors = [world.token(undefined, ['editor']), world.token(undefined, ['user', 'editor'])];
    const reader = world.token(undefined, ['user']);
    for (const claims of [...editors, reader]) await warm(claims);
    world.raise('editor');
    await first().denyRoles('editor');
    for (const claims of editors) await dead(claims);
    await warm(reader);
  });

  check('a truth that was asked before the denial and answers after it does not revive the token', async () => {
    const claims = world.token();
    world.slow(60);
    const early = everywhere(claims);
    await sleep(20);
    world.end(claims.sid);
    await first().denySession(claims.sub, claims.sid);
    await early;
    await sleep(20);
    world.slow(0);
    await dead(claims);
  });

  check('without a truth and without an entry the answer is SERVICE_UNAVAILABLE', async () => {
    const claims = world.token();
    world.fail();
    for (const process of processes) {
      await expect(process.isLive(claims, world.truth)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    }
  });

  if (!remembers) {
    check('every check asks the truth', async () => {
      const claims = world.token();
      await warm(claims);
      expect(world.asked()).toBe(4);
    });
    return;
  }

  check('the truth is asked once within a second, and again after it', async () => {
    const claims = world.token();
    await warm(claims);
    const timesAsked = async () => {
      const before = world.asked();
      await first().isLive(claims, world.truth);
      return world.asked() - before;
    };
    // A machine that stands still for a second lets it be forgotten. It does so once.
    await until(async () => (await timesAsked()) === 0);
    clock.advance(1001);
    expect(await timesAsked()).toBe(1);
  });

  check('what the truth has called dead is not remembered as live', async () => {
    const claims = world.token();
    world.end(claims.sid);
    await dead(claims);
    await dead(claims);
  });

  check('a denied token is refused without the truth, which may be down', async () => {
    const claims = world.token();
    await warm(claims);
    world.end(claims.sid);
    await first().denySession(claims.sub, claims.sid);
    world.fail();
    // Where Redis does not answer in time, it is refused as well, with SERVICE_UNAVAILABLE.
    await until(async () => {
      const answers = await Promise.allSettled(processes.map((process) => process.isLive(claims, world.truth)));
      const verdicts = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : undefined));
      expect(verdicts).not.toContain(true);
      return verdicts.every((verdict) => verdict === false);
    });
  });
});

function create(redis: RedisConnection | undefined, embedded = false): Revocations {
  return createRevocations({ redis, embedded, clock, metrics: createMetrics(), ...lifetimes });
}

async function overRedis(cluster: boolean) {
  const server = await (cluster ? startRedisCluster() : startRedisServer());
  const connections = await Promise.all(
    [1, 2].map(() => openRedis(server.url, quietLog().log, createMetrics(), { prefix: 'contract:' })),
  );
  // Without this the suite would be green on the way around Redis.
  await until(() => connections.every((connection) => connection.ready()));
  return {
    processes: connections.map((connection) => create(connection)),
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
      await server.stop();
    },
  };
}

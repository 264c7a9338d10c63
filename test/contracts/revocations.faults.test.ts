import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/platform/clock.js';
import { createMetrics, type Metrics } from '../../src/platform/metrics.js';
import { openRedis, type RedisConnection } from '../../src/platform/redis.js';
import { RedisRevocations } from '../../src/revocations/redis-revocations.js';
import type { RevocationClaims } from '../../src/revocations/revocations.js';
import { testWith } from '../support/not-run.js';
import { quietLog } from '../support/quiet-log.js';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.js';
import { tokenTruth } from '../support/token-truth.js';

const check = testWith(hasRedisServer(), 'revocations under faults of Redis', 'no redis-server on PATH');

interface Process {
  redis: RedisConnection;
  metrics: Metrics;
  revocations: RedisRevocations;
}

let server: RedisServer;
let ada: Process;
let bob: Process;
let world: ReturnType<typeof tokenTruth>;

beforeAll(async () => {
  if (!hasRedisServer()) return;
  server = await startRedisServer();
  [ada, bob] = await Promise.all([boot(), boot()]);
});
beforeEach(() => {
  world = tokenTruth();
});
afterEach(async () => {
  if (server) await restore();
});
afterAll(async () => {
  await Promise.all([ada?.redis.close(), bob?.redis.close()]);
  await server?.stop();
});

check('FLUSHALL right after a logout revives nothing, and valid tokens go on', async () => {
  const [gone, valid] = await loggedOut();
  await server.command('FLUSHALL');
  await judged(gone, valid);
});

check('a Redis that was killed, and one that came back empty, revive nothing', async () => {
  const [gone, valid] = await loggedOut();
  await server.kill();
  await judged(gone, valid);
  await server.start();
  await restore();
  await judged(gone, valid);
  await remembered(valid);
});

check('a silent Redis costs one timeout, not one for every request, and is asked again when it answers', async () => {
  const [gone, valid] = await loggedOut();
  server.pause();
  const startedAt = performance.now();
  for (let round = 0; round < 50; round++) await judged(gone, valid);
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(ada.redis.ready()).toBe(false);
  expect(await ada.metrics.registry.metrics()).toContain('sallyport_redis_circuit_open 1');
  server.resume();
  await restore();
  await judged(gone, valid);
  await remembered(valid);
});

check('a failover that lost the denial but kept the live entry revives nothing', async () => {
  const claims = world.token();
  await live(claims);
  const dump = await entries(claims);
  world.end(claims.sid);
  await ada.revocations.denySession(claims.sub, claims.sid);
  // What the promoted replica holds: everything but the last write. The old connections break.
  await server.command('FLUSHALL', ...dump, 'CLIENT KILL TYPE normal SKIPME yes');
  await restore();
  await judged(claims);
});

check('where Redis cannot be told, the logout answers only when every live entry is stale', async () => {
  const claims = world.token();
  await live(claims);
  const cutOff = await boot('redis://127.0.0.1:1');
  world.end(claims.sid);
  const startedAt = performance.now();
  await cutOff.revocations.denySession(claims.sub, claims.sid);
  expect(performance.now() - startedAt).toBeGreaterThan(1000);
  await judged(claims);
  expect(await cutOff.metrics.registry.metrics()).toContain('sallyport_revocations_unconfirmed_total 1');
  await cutOff.redis.close();
});

check('a live entry that arrives late, after the logout had to wait, is born dead', async () => {
  const claims = world.token();
  const cutOff = await boot('redis://127.0.0.1:1');
  // Asked before the logout, written long after it: as by a process that was stopped in between.
  const slow = { ...world, truth: () => world.truth(claims).then((answer) => sleep(1800).then(() => answer)) };
  const late = bob.revocations.isLive(claims, slow.truth);
  await sleep(100);
  world.end(claims.sid);
  await cutOff.revocations.denySession(claims.sub, claims.sid);
  await late;
  await sleep(30);
  await judged(claims);
  await cutOff.redis.close();
});

check('both down: refused as SERVICE_UNAVAILABLE', async () => {
  const claims = world.token();
  await live(claims);
  await server.kill();
  world.fail();
  await expect(ada.revocations.isLive(claims, world.truth)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});

check('every key in Redis expires', async () => {
  const [, valid] = await loggedOut();
  await ada.revocations.denyUser(valid.sub, 7);
  await ada.revocations.denyToken(valid.sub, valid.jti);
  await ada.revocations.denyRoles('user');
  const { client } = ada.redis;
  const keys = (await client.keys('*')).map((key) => key.replace('sallyport:', ''));
  expect(keys.length).toBeGreaterThan(3);
  for (const key of keys) expect(await client.pttl(key)).toBeGreaterThan(0);
});

check(
  'no random history of faults revives a revoked token or refuses a valid one',
  async () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.constant('check' as const) },
      { weight: 3, arbitrary: fc.constantFrom('logout', 'new version', 'new role' as const) },
      { weight: 2, arbitrary: fc.constantFrom('flush', 'pause', 'break connections', 'kill' as const) },
      { weight: 2, arbitrary: fc.constant('wait' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 120 }), fc.nat(6), async (steps, slowness) => {
        world = tokenTruth();
        world.slow(slowness);
        await history(steps);
        await restore();
      }),
      { numRuns: 8, endOnFailure: true },
    );
  },
  120_000,
);

type Step = 'check' | 'logout' | 'new version' | 'new role' | 'flush' | 'pause' | 'break connections' | 'kill' | 'wait';

/** Steps overlap: a check, a denial and a fault are under way at the same time. */
async function history(steps: Step[]): Promise<void> {
  const valid = new Set(Array.from({ length: 6 }, () => world.token(undefined, ['editor'])));
  const revoked = new Set<RevocationClaims>();
  const running: Promise<void>[] = [];
  let broken: Promise<unknown> = Promise.resolve();

  const revoke = async (claims: RevocationClaims, deny: () => Promise<void>) => {
    await deny();
    revoked.add(claims);
  };
  const probe = async ({ revocations }: Process, claims: RevocationClaims) => {
    const mustBe = valid.has(claims) ? 'valid' : revoked.has(claims) ? 'revoked' : 'in between';
    const answer = await revocations.isLive(claims, world.truth);
    // A token that was revoked while it was being looked at may be answered either way.
    if (mustBe === 'valid' && valid.has(claims)) expect(answer).toBe(true);
    if (mustBe === 'revoked') expect(answer).toBe(false);
  };

  for (const [index, step] of steps.entries()) {
    const by = index % 2 ? ada : bob;
    const [victim] = valid;
    if (step === 'check') {
      for (const claims of [...valid, ...revoked]) running.push(probe(ada, claims), probe(bob, claims));
    } else if (step === 'logout' && victim && valid.size > 2) {
      valid.delete(victim);
      world.end(victim.sid);
      running.push(revoke(victim, () => by.revocations.denySession(victim.sub, victim.sid)));
    } else if (step === 'new version' && victim && valid.size > 2) {
      valid.delete(victim);
      const version = world.raise(victim.sub);
      running.push(revoke(victim, () => by.revocations.denyUser(victim.sub, version)));
    } else if (step === 'new role') {
      const old = [...valid];
      valid.clear();
      world.raise('editor');
      const denied = by.revocations.denyRoles('editor');
      for (const claims of old) running.push(revoke(claims, () => denied));
      for (let count = 0; count < 4; count++) valid.add(world.token(randomUUID(), ['editor']));
    } else if (step === 'wait') {
      await sleep(40);
    } else {
      await broken;
      broken = breakRedis(step);
    }
    await sleep(4);
  }
  await broken;
  await Promise.all(running);
  for (const claims of [...valid, ...revoked]) await Promise.all([probe(ada, claims), probe(bob, claims)]);
}

async function breakRedis(how: Step): Promise<void> {
  if (how === 'flush') await server.command('FLUSHALL');
  if (how === 'break connections') await server.command('CLIENT KILL TYPE normal SKIPME yes');
  if (how === 'pause') {
    server.pause();
    await sleep(150);
    server.resume();
  }
  if (how === 'kill') {
    await server.kill();
    await server.start();
  }
}

async function boot(url = server.url): Promise<Process> {
  const metrics = createMetrics();
  const redis = await openRedis(url, quietLog().log, metrics);
  const revocations = new RedisRevocations({ redis, clock: systemClock, metrics, accessTokenLifetime: 900_000 });
  return { redis, metrics, revocations };
}

/** Redis runs and both processes ask it again. */
async function restore(): Promise<void> {
  server.resume();
  if (!(await server.command('PING').catch(() => ''))) await server.start();
  for (let tries = 0; !(ada.redis.ready() && bob.redis.ready()); tries++) {
    if (tries > 300) throw new Error('Redis is not reached again');
    await sleep(25);
  }
}

/** A token whose logout has been answered, and one that is still good. */
async function loggedOut(): Promise<[RevocationClaims, RevocationClaims]> {
  const [gone, valid] = [world.token(), world.token()];
  await Promise.all([live(gone), live(valid)]);
  world.end(gone.sid);
  await ada.revocations.denySession(gone.sub, gone.sid);
  return [gone, valid];
}

/** Accepted by both, and remembered in Redis. */
async function live(claims: RevocationClaims): Promise<void> {
  await ada.revocations.isLive(claims, world.truth);
  for (const { revocations } of [ada, bob]) expect(await revocations.isLive(claims, world.truth)).toBe(true);
  expect(await ada.redis.client.exists(`{${claims.sub}}:live:${claims.jti}`)).toBe(1);
}

async function judged(gone: RevocationClaims, valid?: RevocationClaims): Promise<void> {
  for (const { revocations } of [ada, bob]) {
    expect(await revocations.isLive(gone, world.truth)).toBe(false);
    if (valid) expect(await revocations.isLive(valid, world.truth)).toBe(true);
  }
}

/** Redis is of use again: the truth is not asked a second time. */
async function remembered(claims: RevocationClaims): Promise<void> {
  await ada.revocations.isLive(claims, world.truth);
  const before = world.asked();
  await ada.revocations.isLive(claims, world.truth);
  expect(world.asked()).toBe(before);
}

/** Commands that put lease, live entry and epoch back as they are now. */
async function entries({ sub, jti }: RevocationClaims): Promise<string[]> {
  const keys = [`{${sub}}:lease`, `{${sub}}:live:${jti}`, 'roles-epoch'];
  const values = await ada.redis.client.mget(keys);
  return keys.map((key, index) => `SET sallyport:${key} "${values[index]}" PX 5000`);
}

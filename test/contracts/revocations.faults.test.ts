import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RevocationClaims } from '../../src/revocations/revocations.js';
import { testWith } from '../support/not-run.js';
import { hasRedisServer, type RedisServer } from '../support/redis-server.js';
import { tokenTruth } from '../support/token-truth.js';
import { until } from '../support/until.js';
import { type RevocationProcess, startTwoProcesses, type TwoProcesses } from '../support/two-processes.js';

const check = testWith(hasRedisServer(), 'revocations under faults of Redis', 'no redis-server on PATH');

let both: TwoProcesses;
let server: RedisServer;
let ada: RevocationProcess;
let bob: RevocationProcess;
let world: ReturnType<typeof tokenTruth>;

beforeAll(async () => {
  if (!hasRedisServer()) return;
  both = await startTwoProcesses();
  ({ server, ada, bob } = both);
});
beforeEach(() => {
  world = tokenTruth();
});
afterEach(async () => both?.restore());
afterAll(async () => both?.close());

check('FLUSHALL right after a logout revives nothing, and valid tokens go on', async () => {
  const [gone, valid] = await loggedOut();
  await server.command('FLUSHALL');
  await assertVerdicts(gone, valid);
});

check('a Redis that was killed, and one that came back empty, revive nothing', async () => {
  const [gone, valid] = await loggedOut();
  await server.kill();
  await assertVerdicts(gone, valid);
  await server.start();
  await both.restore();
  await assertVerdicts(gone, valid);
  await remembered(valid);
});

check('a silent Redis costs one timeout, not one for every request, and is asked again when it answers', async () => {
  const [gone, valid] = await loggedOut();
  server.pause();
  const startedAt = performance.now();
  for (let round = 0; round < 50; round++) await assertVerdicts(gone, valid);
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(ada.redis.ready()).toBe(false);
  expect(await ada.metrics.registry.metrics()).toContain('sallyport_redis_circuit_open 1');
  server.resume();
  await both.restore();
  await assertVerdicts(gone, valid);
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
  await both.restore();
  await assertVerdicts(claims);
});

check('if Redis cannot be reached, the logout answers only when every live entry is stale', async () => {
  const claims = world.token();
  await live(claims);
  const cutOff = await both.boot('redis://127.0.0.1:1');
  world.end(claims.sid);
  const startedAt = performance.now();
  await cutOff.revocations.denySession(claims.sub, claims.sid);
  expect(performance.now() - startedAt).toBeGreaterThan(1000);
  await assertVerdicts(claims);
  expect(await cutOff.metrics.registry.metrics()).toContain('sallyport_revocations_unconfirmed_total 1');
  await cutOff.redis.close();
});

check('a live entry that arrives late, after the logout had to wait, is born dead', async () => {
  const claims = world.token();
  const cutOff = await both.boot('redis://127.0.0.1:1');
  // Asked before the logout, written long after it: as by a process that was stopped in between.
  const slow = { ...world, truth: () => world.truth(claims).then((answer) => sleep(1800).then(() => answer)) };
  const late = bob.revocations.isLive(claims, slow.truth);
  await sleep(100);
  world.end(claims.sid);
  await cutOff.revocations.denySession(claims.sub, claims.sid);
  await late;
  await sleep(30);
  await assertVerdicts(claims);
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
  const keys = (await both.own.keys('*')).map((key) => key.replace('sallyport:', ''));
  expect(keys.length).toBeGreaterThan(3);
  // -1 would be never. -2: it has just expired.
  for (const key of keys) expect(await both.own.pttl(key)).not.toBe(-1);
});

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
  for (const { revocations } of [ada, bob]) expect(await revocations.isLive(claims, world.truth)).toBe(true);
  await until(async () => {
    await ada.revocations.isLive(claims, world.truth);
    return (await both.own.exists(`{${claims.sub}}:live:${claims.jti}`)) === 1;
  });
}

async function assertVerdicts(gone: RevocationClaims, valid?: RevocationClaims): Promise<void> {
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
  const values = await both.own.mget(keys);
  return keys.map((key, index) => `SET sallyport:${key} "${values[index]}" PX 5000`);
}

import { afterAll, beforeAll, expect } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RevocationClaims } from '../../src/revocations/revocations.js';
import { testWith } from '../support/not-run.js';
import { hasRedisServer, type RedisServer } from '../support/redis-server.js';
import { tokenTruth } from '../support/token-truth.js';
import { type RevocationProcess, startTwoProcesses, type TwoProcesses } from '../support/two-processes.js';

const check = testWith(hasRedisServer(), 'random histories of faults of Redis', 'no redis-server on PATH');

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
afterAll(async () => both?.close());

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
        await both.restore();
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
  const probe = async ({ revocations }: RevocationProcess, claims: RevocationClaims) => {
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

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RevocationClaims, Truth } from '../../src/revocations/revocations.js';

/** Stands for the tables that say which tokens are live: what several processes share. */
export function tokenTruth() {
  const ended = new Set<string>();
  const versions = new Map<string, number>();
  let asked = 0;
  let failing = false;
  let delay = 0;

  const truth: Truth = async ({ sub, sid, jti, roles, ver }) => {
    asked += 1;
    if (failing) throw new Error('connection terminated');
    const current = [sub, ...roles].map((name) => versions.get(name) ?? 1);
    const live = !ended.has(sid) && !ended.has(jti) && current.every((version, index) => version === ver[index]);
    // The answer is of the instant at which it was asked, however long it takes to arrive.
    if (delay > 0) await sleep(delay);
    return live;
  };

  return {
    truth,
    /** A token of a new session, of this user or of a new one, with the versions of now. */
    token(sub: string = randomUUID(), roles: string[] = ['user']): RevocationClaims {
      const ver = [sub, ...roles].map((name) => versions.get(name) ?? 1);
      return { sub, sid: randomUUID(), jti: randomUUID(), roles, ver };
    },
    end: (id: string) => void ended.add(id),
    /** A new version of a user or a role; returns it. */
    raise(name: string): number {
      const version = (versions.get(name) ?? 1) + 1;
      versions.set(name, version);
      return version;
    },
    asked: () => asked,
    fail: (now = true) => void (failing = now),
    /** How long each answer takes from now on, in milliseconds. */
    slow: (ms: number) => void (delay = ms),
  };
}

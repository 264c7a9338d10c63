import type { JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';
import { type GuardedFetch, GuardedFetchError } from '../platform/guarded-fetch.js';
import { remember, type Remembered } from '../providers/remembered.js';

const MINUTE = 60_000;
/** Keys are loaded again when they are older, or when a token names an unknown key. A withdrawn key is accepted for this long at most. */
const MAX_AGE = 5 * MINUTE;
/** How long they are used while the address does not answer. */
const USABLE_FOR = 15 * MINUTE;
/** Milliseconds between two loads for unknown keys, so that bad tokens cause no flood of requests to the address. */
const COOL_DOWN = 10_000;
/** A JWK set (RFC 7517) has a few kilobytes. */
const MAX_BYTES = 65_536;
const TIMEOUT = 3000;

/** The public keys of service accounts, by the address at which they are published (jwksUri). */
export interface ClientKeys {
  at(jwksUri: string): Remembered<JSONWebKeySet>;
}

export function createClientKeys({ guardedFetch, clock }: { guardedFetch: GuardedFetch; clock: Clock }): ClientKeys {
  const known = new LRUCache<string, Remembered<JSONWebKeySet>>({ max: 1000 });
  const rules = { clock, maxAge: MAX_AGE, usableFor: USABLE_FOR, coolDown: COOL_DOWN };
  return {
    at(jwksUri) {
      const held = known.get(jwksUri) ?? remember(() => fetchKeys(guardedFetch, jwksUri), rules);
      known.set(jwksUri, held);
      return held;
    },
  };
}

async function fetchKeys(fetch: GuardedFetch, jwksUri: string): Promise<JSONWebKeySet> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const { status, body } = await fetch(jwksUri, { headers, maxBytes: MAX_BYTES, timeout: TIMEOUT });
  if (status !== 200) throw new GuardedFetchError(`The address of the keys answered ${status}.`, true);
  const set = parse(body.toString('utf8'));
  if (!set) throw new GuardedFetchError('The address of the keys answered with no JWK set.', true);
  return set;
}

function parse(text: string): JSONWebKeySet | null {
  try {
    const set = JSON.parse(text) as JSONWebKeySet | null;
    return Array.isArray(set?.keys) ? set : null;
  } catch {
    return null;
  }
}

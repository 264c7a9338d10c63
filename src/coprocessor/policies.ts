import { LRUCache } from 'lru-cache';
import { duration } from '../config/setting-kinds.js';
import type { AccessTokenClaims } from '../keys/access-token.js';
import { ACR } from '../sessions/authentication.js';
import { type Demands, isAcr, unmetDemand } from '../sessions/demands.js';

type PolicyTest = (claims: AccessTokenClaims, now: Date) => boolean;

/** The policies that `@policy` can name. Each is decided by the claims of a live token. */
const WORDS: Record<string, PolicyTest> = {
  authenticated: () => true,
  'verified-email': ({ email_verified }) => email_verified,
  mfa: meets({ acrValues: [ACR[1]] }),
  phr: meets({ acrValues: [ACR[2]] }),
};

/** Turns the part of the name after the colon into the test; null if it has no meaning. */
const KINDS: Record<string, (value: string) => PolicyTest | null> = {
  acr: (value) => (isAcr(value) ? meets({ acrValues: [value] }) : null),
  stepup: (value) => {
    const { data } = duration.safeParse(value);
    return data === undefined ? null : meets({ maxAge: data / 1000 });
  },
  role: (value) => (claims) => claims.roles.includes(value),
  perm: (value) => meets({ scopes: [value] }),
};

function meets(demands: Demands): PolicyTest {
  return (claims, now) => unmetDemand(claims, demands, now) === null;
}

function parsePolicy(name: string): PolicyTest | null {
  const [, kind = '', value = ''] = /^([a-z]+):(.+)$/s.exec(name) ?? [];
  if (kind) return Object.hasOwn(KINDS, kind) ? (KINDS[kind]?.(value) ?? null) : null;
  return Object.hasOwn(WORDS, name) ? (WORDS[name] ?? null) : null;
}

export interface Policies {
  /** Null: no user is signed in, and all is false. */
  decide(names: readonly string[], claims: AccessTokenClaims | null, now: Date): Record<string, boolean>;
}

/** `unknown` is called for every unknown name; `first` is false for a name it was called with before. */
export function createPolicies(unknown: (name: string, first: boolean) => void): Policies {
  // The names come from the supergraph and are few. Bounded all the same.
  const parsed = new LRUCache<string, { test: PolicyTest | null }>({ max: 1000 });
  const testOf = (name: string) => {
    const known = parsed.get(name);
    const { test } = known ?? { test: parsePolicy(name) };
    if (!known) parsed.set(name, { test });
    if (!test) unknown(name, !known);
    return test;
  };
  return {
    decide: (names, claims, now) =>
      Object.fromEntries(
        names.map((name) => {
          const test = testOf(name);
          return [name, claims !== null && test !== null && test(claims, now)];
        }),
      ),
  };
}

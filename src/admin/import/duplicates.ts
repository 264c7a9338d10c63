import type { Problem } from './problem.js';
import type { ImportedUser } from './user-line.js';

interface Claim {
  line: number;
  hasPassword: boolean;
  suspended: boolean;
}

type Field = 'email' | 'externalId' | 'id' | 'username';

/**
 * The lines of one file that claim what another line of it claims, too. Looked for in the whole file before anything is
 * written: Supabase has a row for each way to sign in, and the one with the password may come last.
 */
export async function findDuplicates(users: AsyncIterable<ImportedUser>): Promise<Map<number, Problem>> {
  const first = new Map<string, Claim>();
  const repeated = new Map<string, Claim[]>();
  for await (const user of users) {
    const claim = { line: user.line, hasPassword: user.hash !== null, suspended: user.suspended };
    for (const key of keysOf(user)) {
      const earlier = first.get(key);
      if (!earlier) first.set(key, claim);
      else repeated.set(key, [...(repeated.get(key) ?? [earlier]), claim]);
    }
  }
  return problemsOf(repeated);
}

function keysOf({ email, externalId, id, idGiven, username }: ImportedUser): string[] {
  return [
    `email ${email}`,
    ...(externalId === null ? [] : [`externalId ${externalId}`]),
    ...(idGiven ? [`id ${id}`] : []),
    ...(username === null ? [] : [`username ${username.toLowerCase()}`]),
  ];
}

/** Addresses first: a line that yields to another takes nothing else from it. */
function problemsOf(repeated: Map<string, Claim[]>): Map<number, Problem> {
  const problems = new Map<number, Problem>();
  const refuse = ({ line }: Claim, field: Field, other: Claim, message: string) =>
    problems.set(line, { reason: 'DUPLICATE', field, otherLine: other.line, message });
  const fieldOf = (key: string) => key.slice(0, key.indexOf(' ')) as Field;
  const groups = [...repeated].map(([key, claims]) => ({ field: fieldOf(key), claims }));

  for (const { claims } of groups.filter(({ field }) => field === 'email')) {
    const chosen = claims.find(({ hasPassword }) => hasPassword) ?? claims[0];
    if (!chosen) continue;
    const others = claims.filter((claim) => claim !== chosen);
    for (const claim of others) refuse(claim, 'email', chosen, YIELDS);
    const contrary = others.find(({ suspended }) => suspended !== chosen.suspended);
    if (contrary) for (const claim of claims) refuse(claim, 'email', claim === chosen ? contrary : chosen, LOCKED);
  }
  for (const { field, claims } of groups) {
    const [chosen, ...others] = claims.filter(({ line }) => !problems.has(line));
    if (chosen)
      for (const claim of others) refuse(claim, field, chosen, `An earlier line of this file has the same ${field}.`);
  }
  return problems;
}

const YIELDS =
  'Another line of this file has this address. Imported is the first of them that has a password, or the first.';
const LOCKED = 'Another line of this file has this address, and one of them is locked. Take out all but one.';

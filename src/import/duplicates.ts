import { foldUsername } from '../users/user-fields.js';
import type { Problem } from './problem.js';
import type { ImportedUser, RefusedLine } from './user-line.js';

interface LineClaim {
  line: number;
  hasPassword: boolean;
  suspended: boolean;
  /** The line is refused for another reason. */
  refused: boolean;
}

type Field = 'email' | 'externalId' | 'id' | 'username' | 'identities';

/**
 * The lines that claim the same address, id, external id, username or identity as another line. The whole file is read before anything is
 * written: Supabase has a row for each way to sign in, and the one with the password may come last.
 */
export async function findDuplicates(lines: AsyncIterable<ImportedUser | RefusedLine>): Promise<Map<number, Problem>> {
  const first = new Map<string, LineClaim>();
  const repeated = new Map<string, LineClaim[]>();
  for await (const line of lines) {
    const claim = claimOf(line);
    for (const key of keysOf(line)) {
      const earlier = first.get(key);
      const others = repeated.get(key);
      if (!earlier) first.set(key, claim);
      else if (others) others.push(claim);
      else repeated.set(key, [earlier, claim]);
    }
  }
  return problemsOf(repeated);
}

function claimOf(line: ImportedUser | RefusedLine): LineClaim {
  if ('problem' in line) return { line: line.line, hasPassword: false, suspended: false, refused: true };
  return { line: line.line, hasPassword: line.hash !== null, suspended: line.suspended, refused: false };
}

function keysOf(line: ImportedUser | RefusedLine): string[] {
  if ('problem' in line) return line.email === undefined ? [] : [`email ${line.email}`];
  const { email, externalId, id, idGiven, username, identities } = line;
  return [
    `email ${email}`,
    ...(externalId === null ? [] : [`externalId ${externalId}`]),
    ...(idGiven ? [`id ${id}`] : []),
    ...(username === null ? [] : [`username ${foldUsername(username)}`]),
    ...identities.map(({ issuer, subject }) => `identities ${issuer} ${subject}`),
  ];
}

/** Addresses first: a line that is refused for its address no longer claims an id or a username. */
function problemsOf(repeated: Map<string, LineClaim[]>): Map<number, Problem> {
  const problems = new Map<number, Problem>();
  const refuse = ({ line }: LineClaim, field: Field, other: LineClaim, message: string) =>
    problems.set(line, { reason: 'DUPLICATE', field, otherLine: other.line, message });
  const groups = [...repeated].map(([key, claims]) => ({ field: key.slice(0, key.indexOf(' ')) as Field, claims }));
  const byAddress = ({ field }: { field: Field }) => field === 'email';

  for (const { claims } of groups.filter(byAddress)) {
    const chosen = claims.find(({ hasPassword }) => hasPassword) ?? claims[0];
    if (!chosen) continue;
    const against = claims.find(({ refused, suspended }) => refused || suspended !== chosen.suspended);
    for (const claim of claims) {
      if (claim !== chosen) refuse(claim, 'email', chosen, against ? UNCLEAR : YIELDS);
      else if (against) refuse(claim, 'email', against, UNCLEAR);
    }
  }
  for (const { field, claims } of groups.filter((group) => !byAddress(group))) {
    const [chosen, ...others] = claims.filter(({ line }) => !problems.has(line));
    if (!chosen) continue;
    for (const claim of others)
      refuse(claim, field, chosen, `An earlier line of this file has the same ${NAMES[field] ?? field}.`);
  }
  return problems;
}

const NAMES: { [Name in Field]?: string } = { identities: 'identity' };
const YIELDS =
  'Another line of this file has this address. Of such lines, the first with a password is imported; if none has one, the first.';
const UNCLEAR =
  'Another line of this file has this address, and one of them is locked or refused. Correct it, or remove all but one.';

import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { MAX_IDENTITIES } from '../identities/identity.entity.js';
import { sqlIn } from '../platform/database.js';
import { identityKey, type ImportedIdentity } from './identities.js';
import { IDENTITY_TAKEN, identityHolders, keepIdentities } from './keep-identities.js';
import type { Problem } from './problem.js';
import type { ImportedUser } from './user-line.js';

interface Read {
  read: readonly ImportedUser[];
  /** Lines of an earlier import. */
  known: Map<number, Problem>;
  source: string;
}

/** What an earlier import left out for a user. */
interface Late {
  user: ImportedUser;
  userId: string;
  /** The identities that no user holds. */
  missing: ImportedIdentity[];
  taken: boolean;
}

/**
 * Adds the identities that an earlier import left out, since it did not know the provider, or no identities at all. Only once for each
 * user, who may have unlinked one since. @returns the problems, with what was added
 */
export async function addLateIdentities(
  ctx: Parameters<typeof record>[0],
  tx: EntityManager,
  read: Read,
): Promise<Map<number, Problem>> {
  const found = await findLate(tx, read, 'for update of e');
  const late = found.filter(({ taken }) => !taken);
  const now = ctx.clock.now();
  await keepIdentities(
    tx,
    late.map(({ userId, missing }) => ({ userId, identities: missing })),
    now,
  );
  const done = late.filter(({ user }) => user.allIdentities).map(({ user }) => user.externalId);
  if (done.length > 0) await sqlIn(tx)('identities-brought', DONE, [read.source, done, now]);
  for (const { userId, missing } of late.filter((one) => one.missing.length > 0)) {
    const details = { roles: [], identities: missing.length };
    record(ctx, tx, { action: 'importUsers', subjectId: userId, details });
  }
  return withLate(read.known, found);
}

/** The same for a dry run, which writes nothing. */
export async function foreseeLateIdentities(tx: EntityManager, read: Read): Promise<Map<number, Problem>> {
  return withLate(read.known, await findLate(tx, read, ''));
}

async function findLate(tx: EntityManager, { read, known, source }: Read, lock: string): Promise<Late[]> {
  const people = read.filter(({ line, identities }) => known.has(line) && identities.length > 0);
  if (people.length === 0) return [];
  const ids = people.map(({ externalId }) => externalId);
  const rows = await sqlIn(tx)<{ external_id: string; user_id: string; held: number }>(
    'late-identities',
    `${LATE} ${lock}`,
    [source, ids],
  );
  const lacking = new Map(rows.map((row) => [row.external_id, row]));
  const holders = await identityHolders(tx, people);
  return people.flatMap((user) => {
    const row = lacking.get(user.externalId ?? '');
    if (!row) return [];
    const holderOf = (identity: ImportedIdentity) => holders.get(identityKey(identity));
    const missing = user.identities
      .filter((identity) => !holderOf(identity))
      .slice(0, Math.max(0, MAX_IDENTITIES - row.held));
    const taken = user.identities.some((identity) => (holderOf(identity) ?? row.user_id) !== row.user_id);
    return [{ user, userId: row.user_id, missing, taken }];
  });
}

function withLate(known: Map<number, Problem>, late: Late[]): Map<number, Problem> {
  const lateProblems = late.flatMap(({ user: { line }, userId, missing, taken }): [number, Problem][] => {
    const problem = known.get(line);
    if (taken) return [[line, { ...IDENTITY_TAKEN, userId }]];
    return problem && missing.length > 0 ? [[line, { ...problem, identities: missing.length }]] : [];
  });
  return new Map([...known, ...lateProblems]);
}

const LATE = `
select e.external_id, e.user_id, (select count(*)::int from identities i where i.user_id = e.user_id) as held
  from external_ids e join users u on u.id = e.user_id
 where e.source = $1::varchar and e.external_id = any($2::varchar[]) and e.identities_at is null and u.deleted_at is null`;

const DONE = `
update external_ids set identities_at = $3::timestamptz where source = $1::varchar and external_id = any($2::varchar[])`;

import type { EntityManager } from '@mikro-orm/postgresql';
import { ImportError, type Problem } from './problem.js';
import type { ImportedUser } from './user-line.js';

interface ExternalIdTables {
  external_ids: { source: string; external_id: string; user_id: string; identities_at: Date | null };
}

/** Lines whose external id an earlier import has imported, even if the address has changed since. */
export async function importedBefore(
  tx: EntityManager,
  users: ImportedUser[],
  source: string,
): Promise<Map<number, Problem>> {
  const externalIds = users.flatMap(({ externalId }) => externalId ?? []);
  if (externalIds.length === 0) return new Map();
  const rows = await tx
    .getKysely<ExternalIdTables>()
    .selectFrom('external_ids')
    .select(['external_id', 'user_id'])
    .where('source', '=', source)
    .where('external_id', 'in', externalIds)
    .execute();
  const userIds = new Map(rows.map(({ external_id, user_id }) => [external_id, user_id]));
  return new Map(
    users.flatMap(({ line, externalId }): [number, Problem][] => {
      const userId = userIds.get(externalId ?? '');
      return userId ? [[line, { reason: 'ALREADY_IMPORTED', field: 'externalId', message: IMPORTED, userId }]] : [];
    }),
  );
}

const IMPORTED = 'An earlier import has imported this person.';

/** Called in the transaction that creates the accounts. */
export async function keepExternalIds(
  tx: EntityManager,
  users: ImportedUser[],
  { source, now }: { source: string; now: Date },
): Promise<void> {
  const rows = users.flatMap(({ id, externalId, allIdentities }) =>
    externalId === null
      ? []
      : [{ source, external_id: externalId, user_id: id, identities_at: allIdentities ? now : null }],
  );
  if (rows.length === 0) return;
  const kept = await tx
    .getKysely<ExternalIdTables>()
    .insertInto('external_ids')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('external_id')
    .execute();
  // Another file with the same users is being imported at the same time.
  if (kept.length < rows.length)
    throw new ImportError('Another process is importing people of this source. Run the command again when it is done.');
}

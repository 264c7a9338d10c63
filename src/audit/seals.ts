import type { Sql } from '../platform/database.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { AuditSeal } from './audit-seal.entity.js';
import { SEALED_COLUMNS, type SealedRow } from './chain.js';

/** A seal as it is stored. */
export type Seal = AuditSeal;

const SEAL = mapRows(AuditSeal);
/** A seal whose events are kept. */
const NEW_SEAL = mapRows(AuditSeal, { without: ['purgedAt', 'purgeProof'] });
const COLUMNS = SEAL.selected('s');
const INSERT = `insert into audit_seals (${NEW_SEAL.names}) values (${NEW_SEAL.parameters})`;

/** The seals from `number` on, oldest first. */
export async function readSeals(sql: Sql, number: number, limit: number): Promise<Seal[]> {
  const rows = await sql<RowOf<Seal>>(
    'audit-seals',
    `select ${COLUMNS} from audit_seals s where number >= $1::int order by number limit $2::int`,
    [number, limit],
  );
  return rows.map(SEAL.read);
}

/** The end of the chain; null before the first seal. */
export async function readHead(sql: Sql): Promise<Seal | null> {
  const [row] = await sql<RowOf<Seal>>(
    'audit-head',
    `select ${COLUMNS} from audit_seals s order by number desc limit 1`,
    [],
  );
  return row ? SEAL.read(row) : null;
}

/** The next seal that the retention job may purge. */
export async function readOldestUnpurged(sql: Sql): Promise<Seal | null> {
  const text = `select ${COLUMNS} from audit_seals s where purged_at is null order by number limit 1`;
  const [row] = await sql<RowOf<Seal>>('audit-oldest', text, []);
  return row ? SEAL.read(row) : null;
}

/** Events with first ≤ seq ≤ last, by seq; at most `limit`. */
export function readSealed(
  sql: Sql,
  first: string,
  last: string,
  limit: number,
): Promise<(SealedRow & { at_epoch: number })[]> {
  const text = `select ${SEALED_COLUMNS} from audit_events e where e.seq between $1::bigint and $2::bigint order by e.seq limit $3::int`;
  return sql('audit-batch', text, [first, last, limit]);
}

export async function insertSeal(sql: Sql, seal: Omit<Seal, 'purgedAt' | 'purgeProof'>): Promise<void> {
  await sql('audit-seal', INSERT, NEW_SEAL.values(seal));
}

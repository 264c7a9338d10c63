import type { Sql } from '../platform/database.js';
import { SEALED_COLUMNS, type SealedRow, type SealFacts } from './chain.js';

/** A seal as it is stored. */
export interface Seal extends SealFacts {
  leaves: Buffer;
  hash: Buffer;
  purgedAt: Date | null;
  purgeProof: Buffer | null;
}

/** The seals from `number` on, oldest first. */
export async function readSeals(sql: Sql, number: number, limit: number): Promise<Seal[]> {
  const rows = await sql<SealRow>(
    'audit-seals',
    `select ${COLUMNS} from audit_seals where number >= $1::int order by number limit $2::int`,
    [number, limit],
  );
  return rows.map(toSeal);
}

/** The end of the chain; null before the first seal. */
export async function readHead(sql: Sql): Promise<Seal | null> {
  const [row] = await sql<SealRow>('audit-head', `select ${COLUMNS} from audit_seals order by number desc limit 1`, []);
  return row ? toSeal(row) : null;
}

/** The next that the retention job may take. */
export async function readOldestUnpurged(sql: Sql): Promise<Seal | null> {
  const text = `select ${COLUMNS} from audit_seals where purged_at is null order by number limit 1`;
  const [row] = await sql<SealRow>('audit-oldest', text, []);
  return row ? toSeal(row) : null;
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
  const { number, firstSeq, lastSeq, events, newestAt, leaves, root, previous, hash, sealedAt, keyId } = seal;
  await sql('audit-seal', INSERT, [
    number,
    firstSeq,
    lastSeq,
    events,
    newestAt,
    leaves,
    root,
    previous,
    hash,
    sealedAt,
    keyId,
  ]);
}

const COLUMNS = `number, first_seq::text as first_seq, last_seq::text as last_seq, events, newest_at, leaves, root, previous, hash,
  sealed_at, key_id, purged_at, purge_proof`;

const INSERT = `
insert into audit_seals (number, first_seq, last_seq, events, newest_at, leaves, root, previous, hash, sealed_at, key_id)
values ($1::int, $2::bigint, $3::bigint, $4::int, $5::timestamptz, $6::bytea, $7::bytea, $8::bytea, $9::bytea, $10::timestamptz, $11::bytea)`;

interface SealRow {
  number: number;
  first_seq: string;
  last_seq: string;
  events: number;
  newest_at: Date;
  leaves: Uint8Array;
  root: Uint8Array;
  previous: Uint8Array;
  hash: Uint8Array;
  sealed_at: Date;
  key_id: Uint8Array | null;
  purged_at: Date | null;
  purge_proof: Uint8Array | null;
}

function toSeal(row: SealRow): Seal {
  return {
    number: row.number,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    events: row.events,
    newestAt: row.newest_at,
    leaves: Buffer.from(row.leaves),
    root: Buffer.from(row.root),
    previous: Buffer.from(row.previous),
    hash: Buffer.from(row.hash),
    sealedAt: row.sealed_at,
    keyId: row.key_id && Buffer.from(row.key_id),
    purgedAt: row.purged_at,
    purgeProof: row.purge_proof && Buffer.from(row.purge_proof),
  };
}

import type { Sql } from '../platform/database.js';
import { contentOf, SEALED_COLUMNS } from './chain.js';
import { type AuditKeys, proofOf, type Redactable } from './redactions.js';

/** Which events, and what is removed from them: SQL conditions on the event `e`. */
export interface Redaction {
  /** Its parameters begin at $1. */
  events: string;
  params: unknown[];
  /** Whether the address and the device are removed. */
  origin: string;
  details: string;
}

/** The rows of a batch are locked until it is committed. */
const BATCH = 500;

/** Removes parts of events, and leaves a proof on each. Returns the number of events. */
export async function redactEvents(
  { sql, ring }: { sql: Sql; ring: AuditKeys },
  redaction: Redaction,
  signal?: AbortSignal,
): Promise<number> {
  const select = selectFor(redaction);
  let redacted = 0;
  for (;;) {
    if (signal?.aborted) break;
    const rows = await sql<Found>('', select, redaction.params);
    if (rows.length === 0) break;
    const proofs = rows.map((row) => proofOf(ring, row));
    const former = rows.map((row) => row.redaction);
    const flags = [rows.map((row) => row.origin), rows.map((row) => row.details)];
    await sql('audit-redact', REDACT, [rows.map(({ id }) => id), former, proofs, ...flags]);
    redacted += rows.length;
  }
  return redacted;
}

interface Found extends Redactable {
  origin: boolean;
  details: boolean;
}

function selectFor({ events, origin, details }: Redaction): string {
  const without = (condition: string, column: string) => `case when ${condition} then null else e.${column} end`;
  const remains = contentOf({
    ipAddress: without(origin, 'ip_address'),
    userAgent: without(origin, 'user_agent'),
    details: without(details, 'details'),
  });
  return `
select ${SEALED_COLUMNS}, ${remains} as remains, (${origin}) as origin, (${details}) as details, s.key_id as "keyId",
       substring(s.leaves from nullif(position(uuid_send(e.id) in s.leaves), 0) for 32) as leaf
  from audit_events e
  left join lateral (select leaves, key_id from audit_seals where last_seq >= e.seq order by last_seq limit 1) s on true
 where (${events}) and ((${origin}) and (e.ip_address is not null or e.user_agent is not null)
                        or (${details}) and e.details is not null)
 order by e.seq limit ${BATCH}`;
}

const REDACT = `select redact_audit_events($1::uuid[], $2::bytea[], $3::bytea[], $4::bool[], $5::bool[])`;

import type { KeyObject } from 'node:crypto';
import type { SecretNeeds } from '../keys/keys.js';
import type { Sql } from '../platform/database.js';
import { contentOf, keyIdOf, leafOf, SEALED_COLUMNS, type SealedRow } from './chain.js';
import { judgeEvent, redactionOf } from './redactions.js';
import { sameBytes } from '../platform/crypto.js';

/** Which events, and what is removed of them: conditions in SQL on the event `e`. */
export interface Redaction {
  /** With its parameters from $1 on. */
  events: string;
  params: unknown[];
  /** Whether its address and its device go. */
  origin: string;
  details: string;
}

/** So many at once: the rows of a batch are locked until it is committed. */
const BATCH = 500;

/**
 * Removes a part of events, and leaves a proof on each. The proof is made of what the event says now: one that was altered before gets a
 * proof that does not fit its seal, so that verification still finds it. Returns the number of events.
 */
export async function redactEvents(
  { sql, keys }: SecretNeeds & { sql: Sql },
  redaction: Redaction,
  signal?: AbortSignal,
): Promise<number> {
  const ring = keys.secretsFor('audit');
  const select = selectFor(redaction);
  let redacted = 0;
  for (;;) {
    if (signal?.aborted) break;
    const rows = await sql<Redactable>('', select, redaction.params);
    if (rows.length === 0) break;
    const proofs = rows.map((row) => redactionOf(ring[0], provenLeaf(ring, row), row.remains));
    const former = rows.map((row) => row.redaction);
    const flags = [rows.map((row) => row.origin), rows.map((row) => row.details)];
    await sql('audit-redact', REDACT, [rows.map(({ id }) => id), former, proofs, ...flags]);
    redacted += rows.length;
  }
  return redacted;
}

interface Redactable extends SealedRow {
  /** The content without what is removed. */
  remains: string;
  origin: boolean;
  details: boolean;
  /** In its seal, if it is sealed. */
  leaf: Buffer | null;
  keyId: Buffer | null;
}

/** The leaf in the seal or, where the event is not what was sealed, one that does not fit it. */
function provenLeaf(ring: [KeyObject, ...KeyObject[]], row: Redactable): Buffer {
  const { leaf, keyId } = row;
  const own = leafOf(ring[0], row);
  if (!leaf) return own;
  const sealer = keyId && ring.find((key) => sameBytes(keyId, keyIdOf(key)));
  // What a key has sealed that is not in SERVER_SECRET any more, or redacted before, cannot be compared here.
  return sealer && judgeEvent(ring, sealer, leaf, row) === 'altered' ? own : leaf;
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

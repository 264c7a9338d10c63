import type { Sql } from '../platform/database.js';

/** An event as it leaves the server: in files, on standard output. The names are those of GraphQL, and `seq` is the cursor. */
export interface ExportedEvent {
  seq: string;
  id: string;
  at: string;
  action: string;
  outcome: string;
  code: string | null;
  actorId: string | null;
  subjectId: string | null;
  /** The administrator, where the actor was impersonated. */
  impersonatorId: string | null;
  sessionId: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  requestId: string | null;
  details: Record<string, unknown> | null;
}

export interface Range {
  /** The `seq` of the last event that was exported before. */
  after: string;
  /** ISO 8601. */
  since?: string | null;
  until?: string | null;
}

/**
 * The next sealed events by `seq`: below the last seal no event can appear any more, so a reader that continues after the last one misses
 * none. Events younger than a minute come with the next seal.
 */
export function readSealedEvents(sql: Sql, { after, since = null, until = null }: Range, most: number) {
  return sql<ExportedEvent>('audit-export', NEXT, [after, since, until, most]);
}

const NEXT = `
select e.seq::text as seq, e.id::text as id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
       e.action, e.outcome, e.code, e.actor_id::text as "actorId", e.subject_id::text as "subjectId", e.impersonator_id::text as "impersonatorId",
       e.session_id::text as "sessionId", e.ip_address as "ipAddress", e.user_agent as "userAgent", e.request_id as "requestId", e.details
  from audit_events e
 where e.seq > $1::bigint and e.seq <= (select last_seq from audit_seals order by number desc limit 1)
   and ($2::timestamptz is null or e.at >= $2::timestamptz) and ($3::timestamptz is null or e.at < $3::timestamptz)
 order by e.seq limit $4::int`;

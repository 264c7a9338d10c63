import type { Sql } from '../platform/database.js';

/** A security event that its receiver refused, or that was given up. */
export interface DeadEvent {
  id: string;
  receiver: string;
  type: string;
  givenUpAt: Date;
  reason: string;
}

/** The newest first. Does not read whom an event is about. */
export function listDeadEvents(sql: Sql, limit: number): Promise<DeadEvent[]> {
  return sql<DeadEvent>('dead_events', LIST, [limit]);
}

/** Delivers them again, all of them unless ids are given; returns how many. */
export async function retryDeadEvents(sql: Sql, ids?: string[]): Promise<number> {
  return (await sql('dead_events_retried', RETRY, [ids ?? null])).length;
}

const LIST = `
select e.jti as id, s.receiver, e.type, e.failed_at as "givenUpAt", coalesce(e.error, 'unknown') as reason
  from security_events e join event_streams s on s.id = e.stream_id
 where e.failed_at is not null order by e.failed_at desc limit $1`;

/** Pending events are purged after a week (shared-signals.feature.ts), so older ones stay among the dead, where they are seen. */
const RETRY = `
update security_events set failed_at = null, error = null
 where failed_at is not null and ($1::uuid[] is null or jti = any($1::uuid[]))
   and created_at > now() - interval '7 days'
   and exists (select from event_streams s where s.id = stream_id) returning jti`;

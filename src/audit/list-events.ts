import type { Needs } from '../context.js';
import type { ErrorCode } from '../errors.js';
import { isId } from '../platform/ids.js';
import { connectionOf, type Listing, type PageArgs, readPage } from '../platform/pagination.js';
import { AuditEvent, AuditOutcome } from './audit-event.entity.js';
import type { AuditEventFilter } from './audit.input.js';
import type { Details } from './details.js';

export const AuditEventConnection = connectionOf(AuditEvent, 'AuditEvent');
export type AuditEventConnection = InstanceType<typeof AuditEventConnection>;

/** A page of the log, newest first. Refuses a page that cannot be with BAD_USER_INPUT; an unknown id finds nothing. */
export function listEvents(
  ctx: Needs<'sql' | 'pages'>,
  args: PageArgs,
  filter: AuditEventFilter,
): Promise<AuditEventConnection> {
  return readPage(ctx, AuditEventConnection, listing(filter), args);
}

/** Whatever is filtered by, one index leads to it in the order (at, id): see audit-event.entity.ts. */
function listing({
  action,
  outcome,
  actorId,
  subjectId,
  occurredAfter,
  occurredBefore,
}: AuditEventFilter): Listing<EventRow, AuditEvent> {
  return {
    columns:
      'e.id, e.seq, e.at, e.action, e.outcome, e.code, e.actor_id, e.subject_id, e.session_id, e.ip_address, e.user_agent, e.request_id, e.details',
    from: 'audit_events e',
    where: (param) => [
      ...(action ? [`e.action = ${param(action)}`] : []),
      // Written out: only a constant lets the planner use the indexes that hold the refused alone.
      ...(outcome ? [`e.outcome = '${outcome === AuditOutcome.REFUSED ? 'REFUSED' : 'SUCCEEDED'}'`] : []),
      ...ofPerson('e.actor_id', actorId, param),
      ...ofPerson('e.subject_id', subjectId, param),
      ...(occurredAfter ? [`e.at >= ${param(occurredAfter)}::timestamptz`] : []),
      ...(occurredBefore ? [`e.at < ${param(occurredBefore)}::timestamptz`] : []),
    ],
    order: { name: 'at', key: 'e.at', type: 'timestamptz', id: 'e.id', direction: 'DESC' },
    node: toEvent,
  };
}

function ofPerson(column: string, id: string | null | undefined, param: (value: unknown) => string): string[] {
  if (!id) return [];
  return [isId(id) ? `${column} = ${param(id)}::uuid` : 'false'];
}

interface EventRow {
  id: string;
  seq: string;
  at: Date;
  action: string;
  outcome: AuditOutcome;
  code: ErrorCode | null;
  actor_id: string | null;
  subject_id: string | null;
  session_id: string | null;
  ip_address: string | null;
  user_agent: string | null;
  request_id: string | null;
  details: Details | null;
}

/** An AuditEvent by its prototype alone: TypeGraphQL would make one, with an id of its own, for each field of whatever is none. */
function toEvent(row: EventRow): AuditEvent {
  const event: AuditEvent = {
    id: row.id,
    seq: row.seq,
    at: row.at,
    action: row.action,
    outcome: row.outcome,
    code: row.code,
    actorId: row.actor_id,
    subjectId: row.subject_id,
    sessionId: row.session_id,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    requestId: row.request_id,
    details: row.details,
  };
  return Object.setPrototypeOf(event, AuditEvent.prototype) as AuditEvent;
}

import type { Needs } from '../context.js';
import { isId } from '../platform/ids.js';
import { connectionOf, type Listing, type PageArgs, readPage } from '../platform/pagination.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { AuditEvent, AuditOutcome } from './audit-event.entity.js';
import type { AuditEventFilter } from './audit.input.js';

export const AuditEventConnection = connectionOf(AuditEvent, 'AuditEvent');
export type AuditEventConnection = InstanceType<typeof AuditEventConnection>;

/** A page of the log, newest first. Refuses impossible arguments with BAD_USER_INPUT; an unknown id finds nothing. */
export function listEvents(
  ctx: Needs<'sql' | 'pages'>,
  args: PageArgs,
  filter: AuditEventFilter,
): Promise<AuditEventConnection> {
  return readPage(ctx, AuditEventConnection, listing(filter), args);
}

const EVENT = mapRows(AuditEvent, { without: ['salt', 'redaction'] });

/** Each filter has an index in the order (at, id): see audit-event.entity.ts. */
function listing({
  action,
  outcome,
  actorId,
  subjectId,
  occurredAfter,
  occurredBefore,
}: AuditEventFilter): Listing<RowOf<AuditEvent>, AuditEvent> {
  return {
    columns: EVENT.selected('e'),
    from: 'audit_events e',
    where: (param) => [
      ...(action ? [`e.action = ${param(action)}`] : []),
      // A constant, not a parameter: only then can the planner use the indexes of refused events alone.
      ...(outcome ? [`e.outcome = '${outcome === AuditOutcome.REFUSED ? 'REFUSED' : 'SUCCEEDED'}'`] : []),
      ...ofPerson('e.actor_id', actorId, param),
      ...ofPerson('e.subject_id', subjectId, param),
      ...(occurredAfter ? [`e.at >= ${param(occurredAfter)}::timestamptz`] : []),
      ...(occurredBefore ? [`e.at < ${param(occurredBefore)}::timestamptz`] : []),
    ],
    order: { name: 'at', key: 'e.at', type: 'timestamptz', id: 'e.id', direction: 'DESC' },
    node: (row) => EVENT.read(row) as AuditEvent,
  };
}

function ofPerson(column: string, id: string | null | undefined, param: (value: unknown) => string): string[] {
  if (!id) return [];
  return [isId(id) ? `${column} = ${param(id)}::uuid` : 'false'];
}

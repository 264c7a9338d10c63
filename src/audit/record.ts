import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs, RequestFacts } from '../context.js';
import type { ErrorCode } from '../errors.js';
import { newId } from '../platform/ids.js';
import { AuditEvent, AuditOutcome } from './audit-event.entity.js';
import type { AuditDetails } from './details.js';

/** The action is named as the operation: login, refresh, updateUserRoles. */
export type AuditEntry = AuditDetails & {
  /** The refusal's code; without it the operation succeeded. */
  code?: ErrorCode;
  actorId?: string | null;
  subjectId?: string | null;
  sessionId?: string | null;
};

/** Where it came from; from no address when an operator's command did it. */
type Origin = Pick<RequestFacts, 'id' | 'userAgent'> & { ipAddress: string | null };

const COLUMNS = 'id, at, action, outcome, code, actor_id, subject_id, session_id, ip_address, user_agent, request_id';

/** How statements that do not pass through the EntityManager keep theirs; a `select` follows. */
export const INSERT_EVENT = `
  insert into audit_events (${COLUMNS})`;

/** The same, with details in the last column. */
export const INSERT_DETAILED_EVENT = `
  insert into audit_events (${COLUMNS}, details)`;

/** An event that stands alone: nothing changed. */
export async function recordStandalone(
  { clock, request, sql }: Needs<'clock' | 'request' | 'sql'>,
  happening: AuditEntry,
): Promise<void> {
  const { action, outcome, code, actorId, subjectId, sessionId } = eventOf(happening);
  const { ipAddress, userAgent, id } = request;
  const at = clock.now();
  await sql('event', EVENT, [
    newId(),
    at,
    action,
    outcome,
    code,
    actorId,
    subjectId,
    sessionId,
    ipAddress,
    userAgent,
    id,
  ]);
}

const EVENT = `${INSERT_EVENT}
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

/** Keeps an event in the caller's transaction: it stands when the change stands, or neither does. */
export function record(
  { clock, request }: Needs<'clock'> & { request: Origin },
  em: EntityManager,
  happening: AuditEntry,
): void {
  em.create(AuditEvent, {
    ...eventOf(happening),
    details: happening.details ?? null,
    at: clock.now(),
    ipAddress: request.ipAddress,
    userAgent: request.userAgent,
    requestId: request.id,
  });
}

function eventOf({ action, code: refusal, actorId = null, subjectId = null, sessionId = null }: AuditEntry) {
  const code = refusal ?? null;
  const outcome = code ? AuditOutcome.REFUSED : AuditOutcome.SUCCEEDED;
  return { action, outcome, code, actorId, subjectId, sessionId };
}

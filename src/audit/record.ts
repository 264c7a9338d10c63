import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs, RequestFacts } from '../context.js';
import type { ErrorCode } from '../errors.js';
import { AuditEvent, AuditOutcome } from './audit-event.entity.js';

export interface Happening {
  /** Named as the operation: login, refresh, updateUserRoles. */
  action: string;
  /** The refusal's code; without it the operation succeeded. */
  code?: ErrorCode;
  actorId?: string | null;
  subjectId?: string | null;
  sessionId?: string | null;
}

/** Where it came from; from no address when an operator's command did it. */
type Origin = Pick<RequestFacts, 'id' | 'userAgent'> & { ipAddress: string | null };

/** Keeps an event in the caller's transaction: it stands when the change stands, or neither does. */
export function record(
  { clock, request }: Needs<'clock'> & { request: Origin },
  em: EntityManager,
  happening: Happening,
): void {
  const { action, code = null, actorId = null, subjectId = null, sessionId = null } = happening;
  em.create(AuditEvent, {
    at: clock.now(),
    action,
    outcome: code ? AuditOutcome.REFUSED : AuditOutcome.SUCCEEDED,
    code,
    actorId,
    subjectId,
    sessionId,
    ipAddress: request.ipAddress,
    userAgent: request.userAgent,
    requestId: request.id,
  });
}

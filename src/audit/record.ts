import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs, RequestFacts } from '../context.js';
import type { ErrorCode } from '../errors.js';
import { newId } from '../platform/ids.js';
import { mapRows } from '../platform/row-mapping.js';
import { AuditEvent, AuditOutcome } from './audit-event.entity.js';
import type { DetailsOf } from './details.js';

/** The action has the name of the operation: login, refresh, updateUserRoles. If it has details (details.ts), a successful event has all of them. */
export type AuditEntry<Action extends string = string> = Facts & { action: Action } & (Action extends keyof DetailsOf
    ? { code?: undefined; details: DetailsOf[Action] } | { code: ErrorCode; details?: undefined }
    : { code?: ErrorCode; details?: undefined });

interface Facts {
  actorId?: string | null;
  subjectId?: string | null;
  sessionId?: string | null;
  impersonatorId?: string | null;
}

/** The origin of the request; an operator's command has no address. */
type Origin = Pick<RequestFacts, 'id' | 'userAgent'> & { ipAddress: string | null };

/** An event without details, in which no user is impersonated. PostgreSQL numbers and salts it. */
const EVENT = mapRows(AuditEvent, { without: ['seq', 'details', 'salt', 'redaction', 'impersonatorId'] });
const EVENT_OF_ANYONE = mapRows(AuditEvent, { without: ['seq', 'details', 'salt', 'redaction'] });

/** For statements that insert an event themselves. A `select` follows, in this order. */
export const INSERT_EVENT = `
  insert into audit_events (${EVENT.names})`;

/** The same, with details in the last column. */
export const INSERT_DETAILED_EVENT = `
  insert into audit_events (${EVENT.names}, details)`;

/** The same as INSERT_EVENT, with the impersonator in the last column. */
export const INSERT_IMPERSONATED_EVENT = `
  insert into audit_events (${EVENT.names}, impersonator_id)`;

/** Records an event without a change: a refusal, for example. */
export async function recordStandalone(ctx: Needs<'clock' | 'request' | 'sql'>, entry: AuditEntry): Promise<void> {
  await ctx.sql('event', INSERT, EVENT_OF_ANYONE.values({ id: newId(), ...eventOf(ctx, entry) }));
}

const INSERT = `
  insert into audit_events (${EVENT_OF_ANYONE.names}) values (${EVENT_OF_ANYONE.parameters})`;

/** Records an event in the caller's transaction: both are committed, or neither is. */
export function record<Action extends string>(
  ctx: Needs<'clock'> & { request: Origin },
  em: EntityManager,
  entry: AuditEntry<Action>,
): void {
  em.create(AuditEvent, { ...eventOf(ctx, entry), details: entry.details ?? null });
}

function eventOf(
  { clock, request }: Needs<'clock'> & { request: Origin },
  {
    action,
    code,
    actorId = null,
    subjectId = null,
    sessionId = null,
    impersonatorId = null,
  }: Facts & { action: string; code?: ErrorCode },
) {
  return {
    at: clock.now(),
    action,
    outcome: code ? AuditOutcome.REFUSED : AuditOutcome.SUCCEEDED,
    code: code ?? null,
    actorId,
    subjectId,
    sessionId,
    impersonatorId,
    ipAddress: request.ipAddress,
    userAgent: request.userAgent,
    requestId: request.id,
  };
}

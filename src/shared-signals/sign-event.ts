import type { Needs } from '../context.js';
import type { SigningKey } from '../keys/verification-key.js';
import { CHANGES } from './event-types.js';

/** A row of the outbox, with the audit log's facts about its transaction. */
export interface WaitingEvent {
  jti: string;
  type: string;
  userId: string | null;
  sessionId: string | null;
  details: Record<string, unknown>;
  /** Seconds since 1970. */
  at: number;
  xact: string;
  action: string | null;
  actorId: string | null;
  requestId: string | null;
}

export interface Addressed {
  streamId: string;
  /** The receiver. */
  audience: string;
}

/**
 * A security event token (RFC 8417), as SSF 1.0 §4 and the CAEP interoperability profile require: one event, `sub_id`, RS256, no `sub`, no
 * `exp`. Signed at each delivery with the current key; the same row yields the same claims.
 */
export async function signEvent(
  { config: { publicUrl } }: Needs<'config'>,
  { privateKey, kid }: SigningKey,
  { streamId, audience }: Addressed,
  event: WaitingEvent,
): Promise<string> {
  const { SignJWT } = await import('jose');
  const { jti, type, requestId, xact } = event;
  const claims = {
    iss: publicUrl,
    aud: audience,
    iat: Math.floor(event.at),
    jti,
    txn: requestId ?? xact,
    sub_id: subjectOf(publicUrl, streamId, event),
    events: { [type]: { ...event.details, ...(CHANGES.includes(type) && causeOf(event)) } },
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'secevent+jwt', kid }).sign(privateKey);
}

/** RFC 9493. Never an address: the receiver knows people by the `sub` of our tokens. */
function subjectOf(iss: string, streamId: string, { userId, sessionId }: WaitingEvent) {
  if (userId === null) return { format: 'opaque', id: streamId };
  const user = { format: 'iss_sub', iss, sub: userId };
  if (sessionId === null) return user;
  return { format: 'complex', session: { format: 'opaque', id: sessionId }, user };
}

/** CAEP 1.0 §2. */
function causeOf({ at, action, actorId, userId }: WaitingEvent) {
  return {
    event_timestamp: Math.floor(at),
    initiating_entity: actorId === null ? 'system' : actorId === userId ? 'user' : 'admin',
    reason_admin: { en: action ?? 'changed in the database' },
  };
}

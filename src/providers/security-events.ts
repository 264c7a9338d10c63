import type { JWTPayload } from 'jose';
import { isObject } from '../platform/is-object.js';
import type { Documents } from './open-id-documents.js';
import { sidOf, subjectOf } from './profile-of.js';
import { type LogoutToken, ProviderError } from './provider.js';
import { throwWithoutToken, verifyEventToken } from './signatures.js';
import { isSameIssuer, type TransmitterMetadata } from './transmitter.js';

interface Expected {
  transmitter: Documents<TransmitterMetadata>;
  /** The issuer that the provider's identities are stored under: the transmitter speaks for no others. */
  issuer: string;
  /** The token must have one of these. */
  audience: string[];
}

const SECEVENT = 'https://schemas.openid.net/secevent';
const SESSION_REVOKED = `${SECEVENT}/caep/event-type/session-revoked`;

/** The events that end the sessions begun with the identity. */
const ENDING = new Set([
  SESSION_REVOKED,
  `${SECEVENT}/risc/event-type/account-disabled`,
  `${SECEVENT}/risc/event-type/account-purged`,
  // From the drafts; Google sends them.
  `${SECEVENT}/risc/event-type/sessions-revoked`,
  `${SECEVENT}/oauth/event-type/tokens-revoked`,
]);

/** Seconds since its `iat`: it has no `exp`, and a transmitter may deliver it late. Used ones are stored for longer (identities.feature.ts). */
const MAX_AGE = 7 * 86_400;
const MAX_EVENTS = 10;
const TYPES = new Set(['secevent+jwt', 'application/secevent+jwt']);

/** Verifies a security event token (RFC 8417, SSF 1.0 §4). Its events end sessions as a logout token does; other events are ignored. */
export async function verifySecurityEvents(
  token: string,
  { transmitter, issuer, audience }: Expected,
): Promise<LogoutToken[]> {
  const { issuer: named, legacy } = await transmitter.metadata.get();
  const bare = named.replace(/\/$/, '');
  const { payload, protectedHeader } = await verifyEventToken(transmitter, token, {
    issuer: [bare, `${bare}/`],
    audience,
    maxTokenAge: MAX_AGE,
  }).catch(throwWithoutToken);
  const { typ } = protectedHeader;
  const untyped = legacy && (typ === undefined || typ.toLowerCase() === 'jwt');
  if (!untyped && !TYPES.has((typ ?? '').toLowerCase())) throw wrong('typ');
  const events = eventsIn(payload);
  return events
    .filter(([type]) => ENDING.has(type))
    .map(([type, event]) => {
      const { subject, sid } = subjectIn(payload['sub_id'] ?? event['subject'], issuer, type);
      return { issuer, subject, sid, jti: JSON.stringify([named, payload.jti, type]) };
    });
}

/** The address for pushes. Transmitters may use it as the audience. */
export function securityEventsUrl({ publicUrl }: { publicUrl: string }, provider: string): string {
  return `${publicUrl}/providers/${provider}/security-events`;
}

type Event = [type: string, event: Record<string, unknown>];

function eventsIn(claims: JWTPayload): Event[] {
  const { events, jti } = claims as Record<string, unknown>;
  // ID tokens, access tokens and logout tokens have at least one of these; a security event token has none (SSF 1.0 §4.1.2).
  const other = ['sub', 'exp', 'nonce'].find((name) => name in claims);
  if (other) throw wrong(other);
  if (typeof jti !== 'string' || jti === '' || jti.length > 255) throw wrong('jti');
  if (!isObject(events)) throw wrong('events');
  const all = Object.entries(events);
  if (all.length === 0 || all.length > MAX_EVENTS || !all.every((one): one is Event => isObject(one[1])))
    throw wrong('events');
  return all;
}

/** The subject in the format of RFC 9493, or of its drafts, with `subject_type` and hyphens. */
function subjectIn(given: unknown, issuer: string, type: string): Pick<LogoutToken, 'subject' | 'sid'> {
  if (!isObject(given)) throw wrong('no subject');
  const isComplex = 'user' in given || 'session' in given;
  const { user, session } = isComplex ? given : { user: given, session: undefined };
  const sid = isObject(session) && type === SESSION_REVOKED ? sidOf(session['id']) : null;
  // An unusable sid is refused: without it, every session of the user would end.
  if (isObject(session) && type === SESSION_REVOKED && sid === null) throw wrong('session');
  if (user === undefined && sid !== null) return { subject: null, sid };
  const { format, subject_type: drafted, iss, sub } = isObject(user) ? user : {};
  const kind = String(format ?? drafted).replaceAll('-', '_');
  if (!['iss_sub', 'id_token_claims'].includes(kind)) throw wrong('a subject of another format than iss_sub');
  if (typeof iss !== 'string' || !isSameIssuer(iss, issuer)) throw wrong('a subject of another issuer');
  return { subject: subjectOf(sub), sid };
}

function wrong(what: string): ProviderError {
  return new ProviderError('failed', `its security event token is refused: ${what}`);
}

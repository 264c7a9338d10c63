import type { JWTPayload } from 'jose';
import type { Client } from 'oauth4webapi';
import type { OpenIdKind } from './kind.js';
import type { OpenIdDocuments } from './open-id-documents.js';
import { sidOf, subjectOf } from './profile-of.js';
import { type LogoutToken, ProviderError } from './provider.js';
import { throwWithoutToken, verifyEventToken } from './signatures.js';

interface Expected {
  kind: OpenIdKind;
  client: Client;
  documents: OpenIdDocuments;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const MAX_AGE = 300; // seconds from its `iat`; some providers set no `exp`

/** `JWT` is generic: Keycloak writes it. Any other value means another kind of token (RFC 8725 §3.11). */
const TYPES = new Set(['logout+jwt', 'application/logout+jwt', 'jwt']);

/** A logout token, verified as OpenID Connect Back-Channel Logout 1.0 §2.6 says. oauth4webapi has no function for it. */
export async function verifyLogoutToken(token: string, { kind, client, documents }: Expected): Promise<LogoutToken> {
  const jose = await import('jose');
  const metadata = await documents.metadata.get();
  const verify = async () => {
    const issuer = kind.signsAs?.(jose.decodeJwt(token), metadata.issuer) ?? metadata.issuer;
    return verifyEventToken(documents, token, { issuer, audience: client.client_id, maxTokenAge: MAX_AGE });
  };
  const { payload, protectedHeader } = await verify().catch(throwWithoutToken);
  if (!TYPES.has((protectedHeader.typ ?? 'JWT').toLowerCase())) throw wrong('typ');
  assertLogoutClaims(payload, client);
  const claims = kind.translate?.(payload, new URLSearchParams()) ?? payload;
  return {
    issuer: kind.issuerOf?.(payload) ?? metadata.issuer,
    subject: payload.sub === undefined ? null : subjectOf(claims['sub']),
    sid: sidOf(payload['sid']),
    jti: payload.jti as string,
  };
}

function assertLogoutClaims(claims: JWTPayload, client: Client): void {
  const { events, sub, sid, jti, azp } = claims as Record<string, unknown>;
  const event = (events as Record<string, unknown> | null)?.[EVENT];
  if (typeof event !== 'object' || event === null) throw wrong('events');
  // An ID token has a nonce: it must never end a session, nor must a logout token begin one.
  if ('nonce' in claims) throw wrong('nonce');
  if (azp !== undefined && azp !== client.client_id) throw wrong('azp');
  if (typeof jti !== 'string' || jti === '') throw wrong('jti');
  if (sid !== undefined && sidOf(sid) === null) throw wrong('sid');
  if (sub === undefined && sid === undefined) throw wrong('neither sub nor sid');
}

function wrong(what: string): ProviderError {
  return new ProviderError('failed', `its logout token is refused: ${what}`);
}

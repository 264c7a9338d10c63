import type { IncomingHttpHeaders } from 'node:http';
import type { Needs } from '../context.js';
import { GuardedFetchError } from '../platform/guarded-fetch.js';
import { isId } from '../platform/ids.js';
import { clientSecrets, hashOfClientSecret } from './client-secret.js';
import type { AuthenticatedClient } from './issue-token.js';
import { clientOfAssertion, verifyAssertion } from './verify-assertion.js';

type AuthenticateNeeds = Needs<'sql' | 'clock' | 'config' | 'log' | 'clientKeys'>;

/** The credentials of a client (RFC 6749 §2.3, RFC 7521 §4.2). */
export type Credentials =
  | { clientId: string; secret: string }
  /** `clientId` is from the assertion, not verified yet. */
  | { clientId: string; assertion: string };

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The credentials in a request. NONE: no usable ones. SEVERAL: more than one method, which RFC 6749 §2.3 forbids. */
export function credentialsIn(
  { authorization }: IncomingHttpHeaders,
  form: Record<string, string>,
): Credentials | 'NONE' | 'SEVERAL' {
  const { client_id, client_secret, client_assertion, client_assertion_type } = form;
  const assertion = client_assertion ?? client_assertion_type;
  if ([authorization, client_secret, assertion].filter((one) => one !== undefined).length > 1) return 'SEVERAL';
  if (authorization !== undefined) {
    const found = basic(authorization);
    return found && client_id !== undefined && client_id !== found.clientId ? 'SEVERAL' : (found ?? 'NONE');
  }
  if (client_secret !== undefined) return client_id ? { clientId: client_id, secret: client_secret } : 'NONE';
  if (client_assertion === undefined || client_assertion_type !== JWT_BEARER) return 'NONE';
  const clientId = clientOfAssertion(client_assertion);
  return clientId && (client_id ?? clientId) === clientId ? { clientId, assertion: client_assertion } : 'NONE';
}

/** RFC 6749 §2.3.1: both are form-encoded before they are joined. */
function basic(authorization: string): Credentials | null {
  const [, encoded] = /^basic +([\w+/=-]+) *$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (id === undefined || secret === undefined) return null;
  try {
    return { clientId: formDecoded(id), secret: formDecoded(secret) };
  } catch {
    return null;
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** Null: there is no such client, or these are not its credentials. One statement in both cases, so that the time does not reveal which. */
export async function authenticateClient(
  ctx: AuthenticateNeeds,
  credentials: Credentials,
): Promise<AuthenticatedClient | null> {
  const { clientId } = credentials;
  if (!isId(clientId)) return null;
  if ('secret' in credentials) {
    if (!clientSecrets.recognises(credentials.secret)) return null;
    const params = [clientId, hashOfClientSecret(credentials.secret)];
    const [secret] = await ctx.sql<{ id: string }>('client-secret', SECRET, params);
    return secret ? { clientId, sessionId: secret.id } : null;
  }
  const [client] = await ctx.sql<{ jwksUri: string | null }>('client-keys', KEYS, [clientId]);
  if (!client?.jwksUri) return null;
  try {
    const { jwksUri } = client;
    const verified = await verifyAssertion(ctx, credentials.assertion, { clientId, jwksUri });
    return verified ? { clientId, sessionId: clientId, jwksUri } : null;
  } catch (error) {
    if (!(error instanceof GuardedFetchError)) throw error;
    ctx.log.warn({ err: error, clientId }, 'the keys of a service account could not be read');
    return null;
  }
}

const SECRET = `
select s.id from service_account_secrets s join service_accounts a on a.id = s.service_account_id and a.deleted_at is null
 where a.id = $1::uuid and s.secret_hash = $2::bytea`;

const KEYS = `
select jwks_uri as "jwksUri" from service_accounts where id = $1::uuid and deleted_at is null`;

import { mutation } from './administration.js';
import type { TestGateway } from './gateway.js';

const FIELDS = 'id name prefix permissions createdAt expiresAt lastUsedAt lastUsedIpAddress revokedAt';
export const CREATE_API_KEY = mutation('createApiKey', 'CreateApiKeyInput', `secret apiKey { ${FIELDS} }`);
export const REVOKE_API_KEY = mutation('revokeApiKey', 'ApiKeyIdInput', FIELDS);
export const API_KEYS = `{ me { apiKeys { ${FIELDS} } } }`;

interface GivenKey {
  name?: string;
  permissions?: string[];
  expiresAt?: string | null;
}

interface CreatedKey {
  secret: string;
  apiKey: { id: string; prefix: string; expiresAt: string | null; lastUsedAt: string | null };
}

/** A new key of the user whose session the token is of. */
export async function createdApiKey(gateway: TestGateway, token: string, given: GivenKey = {}): Promise<CreatedKey> {
  const input = { name: 'Nightly export', permissions: [], ...given };
  return (await gateway.ask(CREATE_API_KEY, { input }, { token })).createApiKey;
}

/** The form of an exchange at POST /oauth/token (RFC 8693). */
export function exchangeOf(subject_token: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token,
    ...more,
  };
}

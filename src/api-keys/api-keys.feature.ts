import type { Feature } from '../feature.js';
import { apiKeyCreated } from './api-key-created.mail.js';
import { apiKeyRevoked } from './api-key-revoked.mail.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysResolver } from './api-keys.resolver.js';
import { apiKeyData } from './personal-data.js';

export const apiKeys: Feature = {
  name: 'api-keys',
  entities: [ApiKey],
  resolvers: [ApiKeysResolver],
  mails: [apiKeyCreated, apiKeyRevoked],
  // For this long the user can see which key it was, and where it was last used.
  retention: [{ table: 'api_keys', where: 'revoked_at < ? or expires_at < ?', after: 30 * 86_400_000 }],
  personalData: apiKeyData,
};

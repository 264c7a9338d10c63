import type { Feature } from '../feature.js';
import { Revocation } from './revocation.entity.js';
import { revocationData } from './personal-data.js';

export const revocations: Feature = {
  name: 'revocations',
  entities: [Revocation],
  // Longer than any access token lives: ACCESS_TOKEN_LIFETIME is 1h at most.
  retention: [{ table: 'revocations', where: 'created_at < ?', after: 2 * 3_600_000 }],
  personalData: revocationData,
};

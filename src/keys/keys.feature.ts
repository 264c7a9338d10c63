import type { Feature } from '../feature.js';
import { SigningKeyRow } from './signing-key.entity.js';
import { keyData } from './personal-data.js';

export const keys: Feature = {
  name: 'keys',
  entities: [SigningKeyRow],
  // Kept for a day, so that a token of a retired key is refused without searching for its key.
  retention: [{ table: 'signing_keys', key: 'number', where: 'retired_at < ?', after: 86_400_000 }],
  personalData: keyData,
};

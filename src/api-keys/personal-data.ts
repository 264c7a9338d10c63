import { OF_USER, OWN, type PersonalData, SECRET } from '../platform/personal-data.js';

export const apiKeyData: PersonalData[] = [
  {
    table: 'api_keys',
    title: 'Your API keys',
    of: OF_USER,
    by: 't.created_at',
    gives: [
      'id',
      'name',
      'prefix',
      'permissions',
      'created_at',
      'expires_at',
      'last_used_at',
      'last_used_ip_address',
      'revoked_at',
    ],
    withholds: { user_id: OWN, secret_hash: SECRET },
    erased: 'with-user',
  },
];

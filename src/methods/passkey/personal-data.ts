import { OF_USER, OWN, type PersonalData, SECRET } from '../../platform/personal-data.js';

export const passkeyData: PersonalData[] = [
  {
    table: 'passkeys',
    title: 'Your passkeys',
    of: OF_USER,
    by: 't.created_at',
    gives: [
      'id',
      'name',
      'rp_id',
      'aaguid',
      'transports',
      'backup_eligible',
      'backed_up',
      'sign_count',
      'created_at',
      'last_used_at',
    ],
    withholds: { user_id: OWN, raw_id: SECRET, public_key: SECRET },
    erased: 'with-user',
  },
  {
    table: 'passkey_handles',
    title: 'That passkeys have an id for you',
    of: OF_USER,
    by: 't.user_id',
    gives: [{ column: 'kept', as: 'true' }],
    withholds: { user_id: OWN, handle: SECRET },
    erased: 'with-user',
  },
];

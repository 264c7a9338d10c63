import { INTERNAL, OF_USER, OWN, type PersonalData, SECRET } from '../../platform/personal-data.js';

export const recoveryCodeData: PersonalData[] = [
  {
    table: 'recovery_codes',
    title: 'Your recovery codes',
    of: OF_USER,
    by: 't.created_at',
    gives: ['created_at', 'used_at'],
    withholds: { id: INTERNAL, user_id: OWN, code_hash: SECRET },
    erased: 'with-user',
  },
];

import { OF_USER, OWN, type PersonalData, SECRET } from '../platform/personal-data.js';

export const passwordData: PersonalData[] = [
  {
    table: 'passwords',
    title: 'Your password',
    of: OF_USER,
    by: 't.changed_at',
    gives: ['changed_at'],
    withholds: { user_id: OWN, hash: SECRET },
    erased: 'with-user',
  },
];

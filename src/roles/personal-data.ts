import { OF_USER, OWN, type PersonalData } from '../platform/personal-data.js';

export const roleData: PersonalData[] = [
  { table: 'roles', nothing: 'names of roles and their permissions' },
  {
    table: 'user_roles',
    title: 'Your roles',
    of: OF_USER,
    by: 't.granted_at',
    gives: ['role_name', 'granted_at'],
    withholds: { user_id: OWN },
    erased: 'with-user',
  },
];

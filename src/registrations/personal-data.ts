import { INTERNAL, ofAddress, type PersonalData, SECRET } from '../platform/personal-data.js';

export const registrationData: PersonalData[] = [
  {
    table: 'pending_registrations',
    title: 'Registrations with your address that were not finished',
    of: ofAddress('t.email', 't.created_at'),
    by: 't.created_at',
    gives: ['email', 'created_at', 'updated_at'],
    withholds: {
      id: INTERNAL,
      username: 'anyone may have chosen it',
      display_name: 'anyone may have chosen it',
      locale: 'anyone may have chosen it',
      password_hash: SECRET,
    },
    erased: 'by-hand',
  },
];

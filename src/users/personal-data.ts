import { INTERNAL, OF_USER, OWN, type PersonalData } from '../platform/personal-data.js';

export const userData: PersonalData[] = [
  {
    table: 'users',
    title: 'Your account',
    of: 't.id = person.id',
    by: 't.created_at',
    gives: [
      'id',
      'email',
      'email_verified_at',
      'username',
      'display_name',
      'locale',
      'avatar',
      'created_at',
      'updated_at',
      'last_login_at',
      'suspended_at',
      'deleted_at',
    ],
    withholds: {
      suspended_reason: 'what an administrator wrote, for administrators',
      // From earlier versions; no operation writes them any more.
      avatar_url: INTERNAL,
      self_registered: INTERNAL,
      decoy: INTERNAL,
      version: INTERNAL,
      security_stamp: INTERNAL,
    },
    erased: 'by-hand',
  },
  {
    table: 'last_logins',
    title: 'Last sign-in',
    of: OF_USER,
    by: 't.last_login_at',
    gives: ['last_login_at'],
    withholds: { user_id: OWN },
    erased: 'with-user',
  },
];

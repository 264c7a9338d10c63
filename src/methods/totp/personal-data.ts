import { INTERNAL, OF_USER, OWN, type PersonalData, SECRET } from '../../platform/personal-data.js';

export const totpData: PersonalData[] = [
  {
    table: 'totp_factors',
    title: 'Your authenticator apps',
    of: OF_USER,
    by: 't.created_at',
    gives: ['id', 'name', 'created_at', 'last_used_at'],
    withholds: { user_id: OWN, secret: SECRET, last_step: INTERNAL },
    erased: 'with-user',
  },
  {
    table: 'totp_enrollments',
    title: 'Authenticator apps that are being added',
    of: 't.challenge_id in (select id from challenges where user_id = person.id)',
    by: 't.id',
    gives: ['id'],
    withholds: { challenge_id: INTERNAL, secret: SECRET, last_step: INTERNAL },
    erased: 'with-user',
  },
];

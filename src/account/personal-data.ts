import { INTERNAL, OF_USER, OWN, type PersonalData, SECRET } from '../platform/personal-data.js';

export const accountData: PersonalData[] = [
  {
    table: 'email_changes',
    title: 'Changes of your address',
    of: OF_USER,
    by: 't.changed_at',
    gives: ['old_email', 'old_email_verified_at', 'new_email', 'changed_at', 'undo_until', 'undone_at'],
    withholds: { id: INTERNAL, user_id: OWN, undo_token_hash: SECRET },
    erased: 'with-user',
  },
];

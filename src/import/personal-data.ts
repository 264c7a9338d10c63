import { OF_USER, OWN, type PersonalData } from '../platform/personal-data.js';

export const importData: PersonalData[] = [
  { table: 'user_imports', nothing: 'counts of lines, and a hash of the file' },
  {
    table: 'external_ids',
    title: 'Your ids in the system that the account comes from',
    of: OF_USER,
    by: 't.source, t.external_id',
    gives: ['source', 'external_id', 'identities_at'],
    withholds: { user_id: OWN },
    erased: 'with-user',
  },
];

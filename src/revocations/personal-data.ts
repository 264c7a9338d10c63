import { INTERNAL, type PersonalData } from '../platform/personal-data.js';

export const revocationData: PersonalData[] = [
  { table: 'revoked_tokens', nothing: 'of earlier versions, which no operation writes any more' },
  {
    table: 'revocations',
    title: 'Revocations of your tokens',
    of: "t.kind <> 'role' and t.key in (select person.id::text union all select id::text from sessions where user_id = person.id union all select id::text from api_keys where user_id = person.id)",
    by: 't.id',
    gives: ['kind', 'key', 'created_at'],
    withholds: { id: INTERNAL, xact: INTERNAL, version: INTERNAL },
    erased: { stay: '2 hours, until the last token that they revoke has expired' },
  },
];

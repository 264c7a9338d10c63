import { INTERNAL, SECRET, type PersonalData } from '../platform/personal-data.js';

/**
 * Users see what they did, and what was done to them or in their name; of other actors they see neither address nor reasons
 * (audit.resolver.ts). What was done to another user belongs to that user.
 */
const seen = (column: string, further = '') =>
  `case when t.impersonator_id is null and (t.actor_id is null or t.actor_id = person.id) ${further} then t.${column} end`;

export const auditData: PersonalData[] = [
  {
    table: 'audit_events',
    title: 'What happened in your account',
    of: 't.subject_id = person.id or t.actor_id = person.id',
    by: 't.at',
    gives: [
      'id',
      'at',
      'action',
      'outcome',
      'code',
      'actor_id',
      'subject_id',
      'impersonator_id',
      'session_id',
      { column: 'ip_address', as: seen('ip_address') },
      { column: 'user_agent', as: seen('user_agent') },
      'request_id',
      { column: 'details', as: seen('details', 'and coalesce(t.subject_id = person.id, true)') },
    ],
    withholds: { seq: INTERNAL, salt: SECRET, redaction: INTERNAL },
    erased: { stay: 'AUDIT_RETENTION, without address, device and details' },
  },
  { table: 'audit_seals', nothing: 'digests of events' },
  { table: 'audit_positions', nothing: 'numbers of events' },
];

import { INTERNAL, OWN, type PersonalData } from '../platform/personal-data.js';

export const webhookData: PersonalData[] = [
  { table: 'webhooks', nothing: 'services that events are sent to' },
  {
    table: 'webhook_deliveries',
    title: 'Events about you that were sent to other services',
    of: 't.subject_id = person.id',
    by: 't.seq',
    gives: ['type', 'body', 'status', 'created_at'],
    withholds: {
      id: INTERNAL,
      seq: INTERNAL,
      webhook_id: INTERNAL,
      event_id: INTERNAL,
      subject_id: OWN,
      tries: INTERNAL,
      next_attempt_at: INTERNAL,
    },
    erased: { stay: '30 days, so that each service hears of the erasure; they have ids alone' },
  },
  { table: 'webhook_attempts', nothing: 'what the services answered' },
];

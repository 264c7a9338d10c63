import { INTERNAL, OF_USER, OWN, type PersonalData } from '../platform/personal-data.js';

export const sharedSignalData: PersonalData[] = [
  { table: 'event_streams', nothing: 'services that receive security events' },
  {
    table: 'security_events',
    title: 'Events about you that wait for other services',
    of: OF_USER,
    by: 't.created_at',
    gives: [
      'type',
      { column: 'receiver', as: '(select s.receiver from event_streams s where s.id = t.stream_id)' },
      'session_id',
      'details',
      'created_at',
      'failed_at',
    ],
    withholds: {
      id: INTERNAL,
      jti: INTERNAL,
      xact: INTERNAL,
      stream_id: INTERNAL,
      user_id: OWN,
      error: 'what the service answered',
    },
    erased: { stay: 'until each service has heard that the account was purged' },
  },
];

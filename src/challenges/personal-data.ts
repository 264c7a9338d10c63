import { INTERNAL, OF_USER, OWN, type PersonalData, SECRET } from '../platform/personal-data.js';

export const challengeData: PersonalData[] = [
  {
    table: 'challenges',
    title: 'Codes and confirmations that were asked for',
    of: OF_USER,
    by: 't.created_at',
    gives: ['purpose', 'methods', 'proved', 'email', 'locale', 'app', 'created_at', 'expires_at', 'answered_at'],
    withholds: {
      id: INTERNAL,
      user_id: OWN,
      session_id: INTERNAL,
      registration_id: INTERNAL,
      attempt_id: INTERNAL,
      attempts_left: INTERNAL,
      by_owner: INTERNAL,
      linked: INTERNAL,
      voided: INTERNAL,
      resend_after: INTERNAL,
      security_stamp: INTERNAL,
      code_hash: SECRET,
      token_hash: SECRET,
      passkey_challenge: SECRET,
    },
    erased: 'with-user',
  },
];

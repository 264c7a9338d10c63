import type { Feature } from './feature.js';
import { purgeExpiredJob } from './platform/jobs/purge-expired.js';
import { Mail } from './platform/mail/mail.entity.js';
import { INTERNAL, ofAddress } from './platform/personal-data.js';
import { sendMailJob } from './platform/mail/send-mail.js';

/** The entities and jobs of platform/, which knows no feature. */
export const platform: Feature = {
  name: 'platform',
  entities: [Mail],
  jobs: [
    // Every 15 seconds for an hour; a code that has expired by then is not sent.
    { name: 'send-code', retries: 240, longestDelay: 15, create: (needs) => sendMailJob(needs, 'send-code') },
    // Retried for about two days.
    { name: 'send-mail', retries: 600, create: (needs) => sendMailJob(needs, 'send-mail') },
    { name: 'purge-expired', create: (needs) => purgeExpiredJob(needs) },
  ],
  retention: [{ table: 'mails', where: 'created_at < ?', after: 30 * 86_400_000 }],
  personalData: [
    { table: 'mikro_orm_migrations', nothing: 'names of migrations' },
    {
      table: 'mails',
      title: 'Mails to your address',
      of: ofAddress('t.recipient', 't.created_at'),
      by: 't.created_at',
      gives: ['template', 'locale', 'recipient', 'created_at', 'sent_at'],
      withholds: {
        id: INTERNAL,
        sealed: 'what it says, sealed until it is sent',
        attempts: INTERNAL,
        last_error: INTERNAL,
      },
      erased: 'by-hand',
    },
  ],
};

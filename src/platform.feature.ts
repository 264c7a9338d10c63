import type { Feature } from './feature.js';
import { purgeExpiredJob } from './platform/jobs/purge-expired.js';
import { Mail } from './platform/mail/mail.entity.js';
import { sendMailJob } from './platform/mail/send-mail.js';

/** What the engines of platform/ bring, which knows no feature. */
export const platform: Feature = {
  name: 'platform',
  entities: [Mail],
  jobs: [
    // Every 15 seconds for an hour; a code that has expired by then is not sent.
    { name: 'send-code', retries: 240, longestDelay: 15, create: (needs) => sendMailJob(needs, 'send-code') },
    // For about two days.
    { name: 'send-mail', retries: 600, create: (needs) => sendMailJob(needs, 'send-mail') },
    { name: 'purge-expired', create: (needs) => purgeExpiredJob(needs) },
  ],
  retention: [{ table: 'mails', where: 'created_at < ?', after: 30 * 86_400_000 }],
};

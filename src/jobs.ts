import type { EntityManager } from '@mikro-orm/postgresql';
import { purgeAuditJob } from './audit/purge.js';
import { sealAuditJob } from './audit/seal.js';
import type { Services } from './context.js';
import type { Queue } from './platform/jobs/boss.js';
import type { Job } from './platform/jobs/jobs.js';
import { sendMailJob } from './platform/mail/send-mail.js';
import type { MailTransport } from './platform/mail/transport.js';
import { purgeDeletedJob } from './account/purge-deleted.js';
import { purgeExpiredJob } from './platform/jobs/purge-expired.js';

export interface JobNeeds extends Services {
  em: EntityManager;
  transport: MailTransport;
}

interface JobRow extends Queue {
  create(needs: JobNeeds): Job<never>;
}

/** Every background task there is: one row each. */
export const JOBS: JobRow[] = [
  // Every 15 seconds for an hour; a code that has expired by then is not sent.
  { name: 'send-code', retries: 240, longestDelay: 15, create: (needs) => sendMailJob(needs, 'send-code') },
  // For about two days.
  { name: 'send-mail', retries: 600, create: (needs) => sendMailJob(needs, 'send-mail') },
  { name: 'purge-deleted', create: (needs) => purgeDeletedJob(needs) },
  { name: 'seal-audit', create: (needs) => sealAuditJob(needs) },
  { name: 'purge-audit', create: (needs) => purgeAuditJob(needs) },
  { name: 'purge-expired', create: (needs) => purgeExpiredJob(needs) },
];

import type { Feature } from '../feature.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditPosition } from './audit-position.entity.js';
import { AuditSeal } from './audit-seal.entity.js';
import { ActivityResolver, AuditResolver } from './audit.resolver.js';
import { purgeAuditJob } from './purge.js';
import { sealAuditJob } from './seal.js';
import { auditData } from './personal-data.js';
import { redactAuditJob } from './redact-old.js';
import { redactUserJob } from './redact-user.js';

export const audit: Feature = {
  name: 'audit',
  entities: [AuditEvent, AuditSeal, AuditPosition],
  resolvers: [ActivityResolver, AuditResolver],
  jobs: [
    { name: 'seal-audit', create: (needs) => sealAuditJob(needs) },
    { name: 'purge-audit', create: (needs) => purgeAuditJob(needs) },
    { name: 'redact-audit', create: (needs) => redactAuditJob(needs) },
    // Retried for about two days.
    { name: 'redact-user', retries: 600, create: (needs) => redactUserJob(needs) },
  ],
  personalData: auditData,
};

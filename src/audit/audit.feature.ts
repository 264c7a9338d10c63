import type { Feature } from '../feature.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditSeal } from './audit-seal.entity.js';
import { ActivityResolver, AuditResolver } from './audit.resolver.js';
import { purgeAuditJob } from './purge.js';
import { sealAuditJob } from './seal.js';
import { auditData } from './personal-data.js';

export const audit: Feature = {
  name: 'audit',
  entities: [AuditEvent, AuditSeal],
  resolvers: [ActivityResolver, AuditResolver],
  jobs: [
    { name: 'seal-audit', create: (needs) => sealAuditJob(needs) },
    { name: 'purge-audit', create: (needs) => purgeAuditJob(needs) },
  ],
  personalData: auditData,
};

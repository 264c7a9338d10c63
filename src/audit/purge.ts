import type { Services } from '../context.js';
import type { SecretNeeds } from '../keys/keys.js';
import { after, databaseNow } from '../platform/clock.js';
import type { Job } from '../platform/jobs/jobs.js';
import { purgeProofOf } from './chain.js';
import { readOldestUnpurged } from './seals.js';

type PurgeAuditNeeds = SecretNeeds & Pick<Services, 'sql' | 'clock' | 'config' | 'log' | 'metrics'>;

/** Deletes what is older than AUDIT_RETENTION. */
export function purgeAuditJob(needs: PurgeAuditNeeds): Job {
  return {
    name: 'purge-audit',
    schedule: '41 * * * *',
    work: (_data, signal) => purgeEvents(needs, signal).then(() => undefined),
  };
}

/**
 * Whole sealed batches, oldest first, each in a transaction of its own; events without a seal are kept. The last purged seal is kept as the
 * beginning of the chain, with a proof that this job purged it. Returns the number of deleted events.
 */
export async function purgeEvents(
  { sql, keys, clock, config, log, metrics }: PurgeAuditNeeds,
  signal?: AbortSignal,
): Promise<number> {
  const key = keys.secretFor('audit');
  // PostgreSQL's clock: a process whose clock is far ahead must not delete events too early.
  const now = await databaseNow({ clock }, sql);
  const cutoff = after(now, -config.auditRetention);
  let purged = 0;
  for (;;) {
    const seal = await readOldestUnpurged(sql);
    if (!seal || seal.newestAt >= cutoff || signal?.aborted) return purged;
    const params = [seal.number, purgeProofOf(key, seal), now];
    const [result] = await sql<{ deleted: string }>('audit-purge', PURGE, params);
    const deleted = Number(result?.deleted ?? 0);
    metrics.counter('sallyport_audit_purged_total', 'Audit events deleted when their retention was over.').inc(deleted);
    log.info({ seal: seal.number, events: deleted }, 'purged audit events');
    purged += deleted;
  }
}

const PURGE = `select purge_audit_seal($1::int, $2::bytea, $3::timestamptz)::text as deleted`;

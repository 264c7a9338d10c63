import type { Needs } from '../context.js';
import { after, databaseNow } from '../platform/clock.js';
import type { Job } from '../platform/jobs/jobs.js';
import { readPosition, writePosition } from './positions.js';
import { redactEvents } from './redact.js';

type RedactNeeds = Needs<'sql' | 'clock' | 'config' | 'keys' | 'log'>;

const POSITION = 'personal-retention';

/** Removes addresses and devices that are older than AUDIT_PERSONAL_RETENTION. */
export function redactAuditJob(needs: RedactNeeds): Job {
  return {
    name: 'redact-audit',
    schedule: '11 * * * *',
    work: (_data, signal) => redactOldEvents(needs, signal).then(() => undefined),
  };
}

/** One sealed batch at a time, oldest first; unsealed events are young. Returns the number of events. */
export async function redactOldEvents(needs: RedactNeeds, signal?: AbortSignal): Promise<number> {
  const { sql, keys, clock, config, log } = needs;
  if (config.auditPersonalRetention === Infinity) return 0;
  const ring = keys.secretsFor('audit');
  const cutoff = after(await databaseNow({ clock }, sql), -config.auditPersonalRetention);
  let redacted = 0;
  for (;;) {
    if (signal?.aborted) break;
    const [seal] = await sql<Batch>('audit-next-to-redact', NEXT, [await readPosition(sql, POSITION), cutoff]);
    if (!seal) break;
    const range = { events: 'e.seq between $1::bigint and $2::bigint', params: [seal.first, seal.last] };
    redacted += await redactEvents({ sql, ring }, { ...range, origin: 'true', details: 'false' }, signal);
    if (!signal?.aborted) await writePosition(sql, POSITION, seal.last);
  }
  if (redacted > 0) log.info({ events: redacted }, 'removed addresses and devices from audit events');
  return redacted;
}

interface Batch {
  first: string;
  last: string;
}

const NEXT = `
select first_seq::text as first, last_seq::text as last from audit_seals
 where last_seq > $1::bigint and newest_at < $2::timestamptz and purged_at is null order by last_seq limit 1`;

import { setTimeout as sleep } from 'node:timers/promises';
import type { Services } from '../context.js';
import type { SecretNeeds } from '../keys/keys.js';
import type { Sql } from '../platform/database.js';
import type { Job } from '../platform/jobs/jobs.js';
import { hashOfSeal, keyIdOf, leafOf, printHead, rootOf } from './chain.js';
import { isSealedWith } from './other-key-seals.js';
import { insertSeal, readHead, readSealed, type Seal } from './seals.js';

type SealNeeds = SecretNeeds & Pick<Services, 'sql' | 'clock' | 'log' | 'metrics'>;

/** The most events in one seal. */
const BATCH = 5000;
/** A transaction that takes longer, in any database of the server, leaves its events to the next run. */
const LOCK_TIMEOUT_MS = 20_000;

/** Adds the events of the last minute to the chain. The requests that write events do not wait for it, and share no lock with it. */
export function sealAuditJob(needs: SealNeeds): Job {
  return {
    name: 'seal-audit',
    schedule: '* * * * *',
    work: (_data, signal) => sealEvents(needs, signal).then(() => undefined),
  };
}

/** Seals all events that are final now. Two runs at once do no harm: the insert of the second fails on the number. Returns the
 * number of events. */
export async function sealEvents(needs: SealNeeds, signal?: AbortSignal): Promise<number> {
  const { sql, log, metrics } = needs;
  let head = await readHead(sql);
  const last = await closedUpTo(sql, signal);
  if (last === null) {
    log.warn('audit events are not sealed yet: a transaction has been writing for a long time');
    return 0;
  }
  let sealed = 0;
  for (;;) {
    if (signal?.aborted || BigInt(last) <= BigInt(head?.lastSeq ?? 0)) return sealed;
    const made = head;
    if (made && !needs.keys.secretsFor('audit').some((key) => isSealedWith(key, made)))
      log.warn({ seal: made.number }, ANOTHER_KEY);
    head = await sealBatch(needs, head, last);
    sealed += head.events;
    metrics.counter('sallyport_audit_sealed_total', 'Audit events that were joined to the chain.').inc(head.events);
    // The log is out of the database's reach: with it, npm run audit:verify -- --head finds a chain that was cut short.
    log.info({ events: head.events, head: printHead(head) }, 'sealed audit events');
  }
}

const ANOTHER_KEY =
  'the audit chain continues with another key than that of its last seal: restore SERVER_SECRET unless this was intended, since audit:verify then needs both';

/**
 * The highest seq below which no event can appear any more; null if that cannot be determined within LOCK_TIMEOUT_MS.
 *
 * Every seq below the highest visible one was taken by a transaction that had its number before (see AuditEvent.seq), so
 * before the one that this statement takes for itself. When all with lower numbers have ended, their events are visible
 * or never will be.
 */
async function closedUpTo(sql: Sql, signal?: AbortSignal): Promise<string | null> {
  const [now] = await sql<{ last: string; taken: string }>('audit-horizon', HORIZON, []);
  if (!now) return null;
  for (let waited = 0; waited <= LOCK_TIMEOUT_MS; waited += 100) {
    if (signal?.aborted) return null;
    const [state] = await sql<{ ended: boolean }>('audit-ended', ENDED, [now.taken]);
    if (state?.ended) return now.last;
    await sleep(100);
  }
  return null;
}

const HORIZON = `select coalesce((select max(seq) from audit_events), 0)::text as last, pg_current_xact_id()::text as taken`;
const ENDED = `select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 as ended`;

async function sealBatch({ sql, keys, clock }: SealNeeds, head: Seal | null, last: string): Promise<Seal> {
  const key = keys.secretFor('audit');
  const firstSeq = `${BigInt(head?.lastSeq ?? 0) + 1n}`;
  const rows = await readSealed(sql, firstSeq, last, BATCH);
  const leaves = Buffer.concat(rows.map((row) => leafOf(key, row)));
  const facts = {
    number: (head?.number ?? 0) + 1,
    firstSeq,
    lastSeq: rows[BATCH - 1]?.seq ?? last,
    events: rows.length,
    newestAt: new Date(Math.ceil(rows.reduce((newest, row) => Math.max(newest, row.at_epoch), 0) * 1000)),
    root: rootOf(key, leaves),
    previous: head?.hash ?? Buffer.alloc(0),
    sealedAt: clock.now(),
    keyId: keyIdOf(key),
  };
  const seal = { ...facts, leaves, hash: hashOfSeal(key, facts) };
  await insertSeal(sql, seal);
  return { ...seal, purgedAt: null, purgeProof: null };
}

import { afterAll } from '@jest/globals';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { hashOfSeal } from '../../src/audit/chain.js';
import { purgeEvents } from '../../src/audit/purge.js';
import { redactOldEvents } from '../../src/audit/redact-old.js';
import { redactUserJob } from '../../src/audit/redact-user.js';
import { sealEvents } from '../../src/audit/seal.js';
import type { AuditSink } from '../../src/audit/stream/audit-sink.js';
import { createAuditStream } from '../../src/audit/stream/audit-stream.js';
import { readHead } from '../../src/audit/seals.js';
import { verifyChain } from '../../src/audit/verify.js';
import { loadConfig } from '../../src/config/config.js';
import { createSecrets } from '../../src/keys/keys.js';
import type { Sql } from '../../src/platform/database.js';
import { createMetrics } from '../../src/platform/metrics.js';
import type { Clock } from '../../src/platform/clock.js';
import { fakeClock } from './clock.js';
import { cloneDatabase } from './database.js';
import { openTestDatabase } from './open-test-database.js';
import { quietLog } from './quiet-log.js';

/** What an installation has that was set up with a SERVER_SECRET. */
export const SECRET = 'three owls in the old customs house';

const opened: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of opened.toReversed()) await close();
});

/** The log and its chain on a database of their own, without a gateway whose jobs would seal at times of their own. */
export async function openAuditLog(settings: Record<string, string> = {}) {
  // Dropped at the end of the run: a drop waits for a checkpoint, and these are many.
  const database = await cloneDatabase();
  const { sql, close } = await openTestDatabase(database.url);
  opened.push(close);
  const keysDir = mkdtempSync(join(tmpdir(), 'sallyport-test-keys-'));
  opened.push(async () => rmSync(keysDir, { recursive: true, force: true }));
  const clock = fakeClock();
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    KEYS_DIR: keysDir,
    SERVER_SECRET: SECRET,
    ...settings,
  });
  const { log, lines } = quietLog();
  const needs = { sql, clock, config, keys: createSecrets(config), log, metrics: createMetrics() };
  const tamper = (text: string, params?: unknown[]) => tamperWith(database.url, text, params);
  return {
    url: database.url,
    lines,
    sql: database.sql,
    clock,
    statements: sql,
    /** So many events of `action`, one millisecond apart, from now on. Their ids. */
    happen: (count: number, action = 'login', details: object | null = null) =>
      happen(sql, [clock.now(), action, count, details && JSON.stringify(details)]),
    auditKey: () => needs.keys.secretFor('audit'),
    seal: () => sealEvents(needs),
    purge: (by: Clock = clock) => purgeEvents({ ...needs, clock: by }),
    redact: () => redactOldEvents(needs as never),
    /** As the job of eraseUser does. */
    erase: (userId: string) => redactUserJob(needs as never).work({ userId }, new AbortController().signal),
    metrics: needs.metrics,
    /** As one process sends events to a sink; each call is another process. */
    stream: (sink: AuditSink, patience?: number) => {
      const stream = createAuditStream(needs, sink, patience);
      opened.push(() => stream.close());
      stream.start();
      return stream;
    },
    verifyWith: (former: KeyObject[]) => verifyChain({ ...needs, former }),
    verify: (knownHead?: string) => verifyChain(needs, knownHead),
    /** As somebody who owns the tables can: with the triggers out of the way. */
    tamper,
    /** From here on another key, with those that are former ones; the first again unless given. */
    rotate: (serverSecret = SECRET, ...former: string[]) => {
      needs.keys = createSecrets({ ...config, serverSecret: [serverSecret, ...former] });
    },
    /** Makes of the newest seal what a version would have left that knew of no key ids. */
    forgetKeyId: async () => {
      const head = (await readHead(sql))!;
      const hash = hashOfSeal(needs.keys.secretFor('audit'), Object.assign({}, head, { keyId: null }));
      await tamper('update audit_seals set key_id = null, hash = $1 where number = $2', [hash, head.number]);
    },
    /** A connection of its own, for transactions that stay open. */
    connect: async () => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      opened.push(() => client.end());
      return client;
    },
  };
}

export const INSERT_EVENTS = `
insert into audit_events (id, at, action, subject_id, ip_address, details)
select gen_random_uuid(), $1::timestamptz + n * interval '1 millisecond', $2, gen_random_uuid(), '192.0.2.1', $4::jsonb from generate_series(1, $3::int) n
returning id`;

/** So many seals of two events each; the events' ids. */
export async function grow(log: Awaited<ReturnType<typeof openAuditLog>>, seals: number): Promise<string[]> {
  const ids: string[] = [];
  for (let seal = 0; seal < seals; seal += 1) {
    ids.push(...(await log.happen(2)));
    await log.seal();
  }
  return ids;
}

async function happen(sql: Sql, params: unknown[]): Promise<string[]> {
  const rows = await sql<{ id: string }>('', INSERT_EVENTS, params);
  return rows.map(({ id }) => id);
}

async function tamperWith(url: string, text: string, params: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const guards = ['audit_events', 'audit_seals'].flatMap((table) =>
    ['append_only', 'no_truncate'].map((guard) => ({ table, name: `${table}_${guard}` })),
  );
  for (const { table, name } of guards) await client.query(`alter table ${table} disable trigger ${name}`);
  await client.query(text, params);
  for (const { table, name } of guards) await client.query(`alter table ${table} enable always trigger ${name}`);
  await client.end();
}

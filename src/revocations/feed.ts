import { PassThrough, type Readable } from 'node:stream';
import type { Config } from '../config/settings.js';
import type { Sql } from '../platform/database.js';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import type { RevocationKind } from './revocation.entity.js';
import { DENY_MARGIN } from './revocations.js';

/** Tells readers of every revocation, in the order in which they commit. */
export interface RevocationFeed {
  /** Server-sent events since the id that an earlier stream gave, or all that matters; null if there are too many readers. */
  open(lastEventId: string | null): Readable | null;
  /** Ends every stream: a server that stops would wait for them. */
  close(): void;
}

export interface RevocationFeedServices {
  revocationFeed: RevocationFeed;
}

/** How often PostgreSQL is asked while there are readers, in milliseconds. Not LISTEN: that needs a session of its own in a pooler. */
const ASK_EVERY = 200;
/** How often readers are told that they have missed nothing. They trust what they know for five seconds. */
const SYNC_EVERY = 2_000;
const MAX_READERS = 200;
/** What a reader may be behind, in bytes, before it is sent away: it resumes where it was. */
const MAX_BEHIND = 1_000_000;
const RECONNECT_AFTER = 500;

interface Row {
  id: string;
  kind: RevocationKind;
  key: string;
  version: number | null;
  at: number;
}

interface Reading {
  /** Every revocation of an older transaction has been read: by this the next reading begins. */
  horizon: string;
  rows: Row[] | null;
}

type FeedNeeds = {
  sql: Sql;
  log: Log;
  metrics: Metrics;
  config: Pick<Config, 'accessTokenLifetime'>;
};

export function createRevocationFeed({ sql, log, metrics, config }: FeedNeeds): RevocationFeed {
  const keepFor = config.accessTokenLifetime + DENY_MARGIN;
  const open = metrics.gauge('sallyport_revocation_readers', 'Open streams of revocations.');
  const readers = new Set<Reader>();
  /** How far all readers have been told; null where nobody reads. */
  let told: Position | null = null;
  let asking: NodeJS.Timeout | undefined;
  let closed = false;

  const read = async (from: string): Promise<Reading> => {
    const [reading] = await sql<Reading>('revocations', READ, [from, keepFor / 1000]);
    if (!reading) throw new Error('PostgreSQL gave no answer about revocations');
    return reading;
  };

  const print = ({ kind, key, version, at }: Row) => {
    const data = { kind, key, ...(version !== null && { ver: version }), exp: Math.ceil(at + keepFor / 1000) };
    return `event: revocation\ndata: ${JSON.stringify(data)}\n\n`;
  };
  const printSynced = (horizon: string) => `event: synced\nid: ${horizon}\ndata: {}\n\n`;

  /** Tells all readers what is new since `since`, and now and then that nothing is. */
  async function ask(since: Position): Promise<Position> {
    const { horizon, rows } = await read(since.horizon);
    const news = (rows ?? []).filter(({ id }) => !since.seen.has(id));
    const due = news.length > 0 || performance.now() - since.syncedAt >= SYNC_EVERY;
    if (due) for (const reader of readers) send(reader, news.map(print).join('') + printSynced(horizon));
    return { ...positionOf(horizon, rows), ...(!due && { syncedAt: since.syncedAt }) };
  }

  async function askOn(): Promise<void> {
    try {
      if (told) told = await ask(told);
    } catch (error) {
      // Readers are told nothing, and trust what they know no longer.
      log.warn({ err: error }, 'revocations cannot be read: their readers are told nothing until they can');
    }
    if (closed || readers.size === 0) [asking, told] = [undefined, null];
    else asking = setTimeout(() => void askOn(), ASK_EVERY);
  }

  async function begin(reader: Reader, from: string): Promise<void> {
    try {
      const { horizon, rows } = await read(from);
      const held = reader.held ?? [];
      reader.held = null;
      const missed = (rows ?? []).map(print).join('');
      send(reader, `retry: ${RECONNECT_AFTER}\n\n${missed}${printSynced(horizon)}${held.join('')}`);
      told ??= positionOf(horizon, rows);
      asking ??= setTimeout(() => void askOn(), ASK_EVERY);
    } catch (error) {
      log.warn({ err: error }, 'a stream of revocations cannot begin');
      reader.stream.destroy();
    }
  }

  return {
    open(lastEventId) {
      if (closed || readers.size >= MAX_READERS) return null;
      const reader: Reader = { stream: new PassThrough(), held: [] };
      readers.add(reader);
      open.set(readers.size);
      reader.stream.once('close', () => {
        readers.delete(reader);
        open.set(readers.size);
      });
      reader.stream.on('error', () => {});
      void begin(reader, lastEventId !== null && POSITION.test(lastEventId) ? lastEventId : NOTHING);
      return reader.stream;
    },
    close() {
      closed = true;
      clearTimeout(asking);
      for (const { stream } of readers) stream.end();
    },
  };
}

interface Reader {
  stream: PassThrough;
  /** What came before its own beginning was read; null after that. */
  held: string[] | null;
}

function send({ stream, held }: Reader, text: string): void {
  if (held) held.push(text);
  else if (stream.writableLength > MAX_BEHIND) stream.destroy();
  else stream.write(text);
}

function positionOf(horizon: string, rows: Row[] | null): Position {
  return { horizon, seen: new Set(rows?.map(({ id }) => id)), syncedAt: performance.now() };
}

interface Position {
  horizon: string;
  /** What was read of transactions that the horizon has not passed: it will be read again. */
  seen: ReadonlySet<string>;
  syncedAt: number;
}

const POSITION = /^\d{1,20}\.\d{1,20}$/;
const NOTHING = '0.0';

/**
 * A place is the start of the server, in microseconds, and a transaction. Of a server that has started since, which may be another that
 * took over without the last commits, all that matters is read again.
 * `pg_snapshot_xmin`: every older transaction has ended. What younger ones have committed is in the answer, and will be again.
 */
const READ = `
with here as (
  select start || '.' || xmin as horizon,
         case when split_part($1, '.', 1) = start and split_part($1, '.', 2)::xid8 <= xmin
              then split_part($1, '.', 2)::xid8 else '0'::xid8 end as since
    from (select floor(extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint::text as start,
                 pg_snapshot_xmin(pg_current_snapshot()) as xmin) as server
)
select here.horizon,
       (select json_agg(json_build_object('id', r.id::text, 'kind', r.kind, 'key', r.key, 'version', r.version,
                                          'at', extract(epoch from r.created_at)) order by r.xact, r.id)
          from revocations r
         where r.xact >= here.since and r.created_at > clock_timestamp() - make_interval(secs => $2)) as rows
  from here`;

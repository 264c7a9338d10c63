import { PassThrough, type Readable } from 'node:stream';
import type { Config } from '../config/config.js';
import type { Sql } from '../platform/database.js';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import { createPoller } from '../platform/poller.js';
import type { RevocationKind } from './revocation.entity.js';
import { DENY_MARGIN } from './revocations.js';

/** Sends every revocation to readers, in the order of commits. */
export interface RevocationFeed {
  /** Server-sent events since the id of an earlier stream, or all that are relevant; null if there are too many readers. */
  open(service: string, lastEventId: string | null): Readable | null;
  /** Ends every stream: a stopping server would wait for them. */
  close(): void;
}

export interface RevocationFeedServices {
  revocationFeed: RevocationFeed;
}

/** How often PostgreSQL is asked while there are readers, in milliseconds. Not LISTEN: that needs a session of its own in a pooler. */
const ASK_EVERY = 200;
/** How often readers get a sync event, in milliseconds. They trust their state for five seconds. */
const SYNC_EVERY = 2_000;
/** For all services, and for each, so that one cannot keep the others out. */
const MAX_READERS = { all: 200, each: 50 };
/** How far a reader may be behind, in bytes, before it is disconnected; it can resume. */
const MAX_BEHIND = 1_000_000;
const RECONNECT_AFTER = 500;

interface Row {
  kind: RevocationKind;
  key: string;
  version: number | null;
  at: number;
}

/** How far has been read: every revocation committed before `snapshot`, on the PostgreSQL that started at `start`. */
interface Position {
  start: string;
  snapshot: string;
}

interface Reading extends Position {
  /** For a reader that reconnects: the oldest transaction that may still commit. It gets the events of younger ones again. */
  id: string;
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
  /** What all readers have received. It begins anew with the first reader. */
  let progress: Progress = { ...positionOf(''), syncedAt: 0 };
  const poller = createPoller(ask, {
    every: ASK_EVERY,
    while: () => readers.size > 0,
    // Readers receive no sync event, and stop trusting their state.
    failed: (error) => log.warn({ err: error }, 'revocations cannot be read: readers get none until they can'),
  });

  const read = async ({ start, snapshot }: Position): Promise<Reading> => {
    const [reading] = await sql<Reading>('revocations', READ, [start, snapshot, keepFor / 1000]);
    if (!reading) throw new Error('PostgreSQL gave no answer about revocations');
    return reading;
  };

  const print = ({ kind, key, version, at }: Row) => {
    const data = { kind, key, ...(version !== null && { ver: version }), exp: Math.ceil(at + keepFor / 1000) };
    return `event: revocation\ndata: ${JSON.stringify(data)}\n\n`;
  };
  const printSynced = (id: string) => `event: synced\nid: ${id}\ndata: {}\n\n`;

  /** Sends all readers what is new, and regularly a sync event. */
  async function ask(): Promise<void> {
    const { id, rows, ...position } = await read(progress);
    const due = rows !== null || performance.now() - progress.syncedAt >= SYNC_EVERY;
    if (due) for (const reader of readers) send(reader, (rows ?? []).map(print).join('') + printSynced(id));
    progress = { ...position, syncedAt: due ? performance.now() : progress.syncedAt };
  }

  async function begin(reader: Reader, from: Position): Promise<void> {
    try {
      const first = !poller.running();
      let reading = await read(from);
      // Another one began at the same time. It may have read later, and what all readers receive starts from there.
      if (first && poller.running()) {
        const more = await read(reading);
        reading = { ...more, rows: [...(reading.rows ?? []), ...(more.rows ?? [])] };
      }
      const { id, rows, ...position } = reading;
      const held = reader.held ?? [];
      reader.held = null;
      const missed = (rows ?? []).map(print).join('');
      send(reader, `retry: ${RECONNECT_AFTER}\n\n${missed}${printSynced(id)}${held.join('')}`);
      if (poller.start()) progress = { ...position, syncedAt: performance.now() };
    } catch (error) {
      log.warn({ err: error }, 'a stream of revocations cannot begin');
      reader.stream.destroy();
    }
  }

  return {
    open(service, lastEventId) {
      const own = [...readers].filter((reader) => reader.service === service).length;
      if (poller.stopped() || readers.size >= MAX_READERS.all || own >= MAX_READERS.each) return null;
      const reader: Reader = { service, stream: new PassThrough(), held: [] };
      readers.add(reader);
      open.set(readers.size);
      reader.stream.once('close', () => {
        readers.delete(reader);
        open.set(readers.size);
      });
      reader.stream.on('error', () => {});
      void begin(reader, positionOf(lastEventId ?? ''));
      return reader.stream;
    },
    close() {
      void poller.stop();
      for (const { stream } of readers) stream.end();
    },
  };
}

/** A position, and when readers last got a sync event. */
interface Progress extends Position {
  syncedAt: number;
}

interface Reader {
  service: string;
  stream: PassThrough;
  /** Events that arrived before its own backlog was read; null after that. */
  held: string[] | null;
}

function send({ stream, held }: Reader, text: string): void {
  if (held) held.push(text);
  else if (stream.writableLength > MAX_BEHIND) stream.destroy();
  else stream.write(text);
}

/** Parses the id of one of our events; the very beginning for any other text. */
function positionOf(id: string): Position {
  const [, start, xmin] = /^(\d{1,18})\.([1-9]\d{0,17})$/.exec(id) ?? [];
  return start && xmin ? { start, snapshot: `${xmin}:${xmin}:` } : { start: '', snapshot: '1:1:' };
}

/**
 * A server that was started since may be a replica that took over without the last commits: everything relevant is read again. A snapshot
 * and not the last id, since ids are assigned in another order than transactions commit.
 */
const READ = `
with here as (
  select start, now, case when start = $1 and pg_snapshot_xmin($2::pg_snapshot) <= pg_snapshot_xmin(now)
                          then $2::pg_snapshot else '1:1:'::pg_snapshot end as since
    from (select floor(extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint::text as start,
                 pg_current_snapshot() as now) as server
)
select here.start, here.now::text as snapshot, here.start || '.' || pg_snapshot_xmin(here.now)::text as id,
       (select json_agg(json_build_object('kind', r.kind, 'key', r.key, 'version', r.version,
                                          'at', extract(epoch from r.created_at)) order by r.xact, r.id)
          from revocations r
         where r.xact >= pg_snapshot_xmin(here.since) and not pg_visible_in_snapshot(r.xact, here.since)
           and r.created_at > clock_timestamp() - make_interval(secs => $3)) as rows
  from here`;

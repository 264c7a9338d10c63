import type { Sql } from '../platform/database.js';
import type { Log } from '../platform/log.js';
import { createPoller } from '../platform/poller.js';

/** Polls that wait for events (RFC 8936 §2.1, long polling). */
export interface LongPolls {
  /** Resolves when there are events, or after the time-out. A second poll of the same stream ends the wait of the first. */
  wait(streamId: string): Promise<void>;
  /** Ends every wait: a stopping server would wait for them. */
  close(): void;
}

export interface LongPollServices {
  longPolls: LongPolls;
}

/** In milliseconds. PostgreSQL is asked once for all waiting polls, and only while there are any. */
const ASK_EVERY = 200;
const MAX_WAIT = 30_000;

export function createLongPolls({ sql, log }: { sql: Sql; log: Log }): LongPolls {
  const waiting = new Map<string, () => void>();
  const poller = createPoller(ask, {
    every: ASK_EVERY,
    while: () => waiting.size > 0,
    // Waiting receivers get an empty answer after the time-out, and poll again.
    failed: (error) => log.warn({ err: error }, 'events for waiting polls cannot be read'),
  });

  async function ask(): Promise<void> {
    const found = await sql<{ id: string }>('streams-with-events', WITH_EVENTS, [[...waiting.keys()]]);
    for (const { id } of found) waiting.get(id)?.();
  }

  return {
    wait(streamId) {
      if (poller.stopped()) return Promise.resolve();
      waiting.get(streamId)?.();
      return new Promise((resolve) => {
        const timeout = setTimeout(end, MAX_WAIT);
        function end() {
          clearTimeout(timeout);
          if (waiting.get(streamId) === end) waiting.delete(streamId);
          resolve();
        }
        waiting.set(streamId, end);
        poller.start();
      });
    },
    close() {
      void poller.stop();
      for (const end of waiting.values()) end();
    },
  };
}

const WITH_EVENTS = `
select id from event_streams s
 where id = any($1::uuid[]) and status = 'enabled'
   and exists (select from security_events e where e.stream_id = s.id and e.failed_at is null)`;

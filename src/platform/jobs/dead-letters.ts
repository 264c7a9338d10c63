import type { PgBoss } from 'pg-boss';
import type { Sql } from '../database.js';
import { DEAD_LETTERS } from './boss.js';

export interface DeadLetter {
  /** The `jobId` in the log when it was given up. */
  id: string;
  queue: string;
  givenUpAt: Date;
  tries: number;
  /** Names and codes; for a mail, the error in its row. Never the job's data. */
  reason: string;
  template: string | null;
  recipient: string | null;
}

/** The newest first. Reads nothing of a mail's content. */
export function listDeadLetters(sql: Sql, limit: number): Promise<DeadLetter[]> {
  return sql<DeadLetter>('dead_letters', LIST, [DEAD_LETTERS, limit]);
}

/** Puts dead letters back into the queues they came from, all of them unless ids are given; returns how many. */
export async function retryDeadLetters(boss: Pick<PgBoss, 'redrive'>, sql: Sql, given?: string[]): Promise<number> {
  const ids = given && (await sql<{ id: string }>('dead_letter_ids', IDS, [DEAD_LETTERS, given])).map(({ id }) => id);
  if (ids?.length === 0) return 0;
  let moved = 0;
  for (let last = BATCH; last === BATCH; moved += last)
    last = await boss.redrive(DEAD_LETTERS, { limit: BATCH, ...(ids && { ids }) });
  return moved;
}

const BATCH = 1000;

const IDS = 'select id from pgboss.job where name = $1 and source_id = any($2::uuid[])';

const LIST = `select d.source_id as id, d.source_name as queue, d.created_on as "givenUpAt", d.source_retry_count + 1 as tries,
  coalesce(m.last_error, d.source_output ->> 'error', d.source_output ->> 'message', 'unknown') as reason,
  m.template, m.recipient
from pgboss.job d left join mails m on m.id = (d.data ->> 'mailId')::uuid
where d.name = $1 and d.state < 'active' order by d.created_on desc limit $2`;

import { readDepths } from '../../platform/jobs/queue-metrics.js';
import { listDeadEvents } from '../../shared-signals/dead-events.js';
import { type DatabaseCheckNeeds, type Found, problem, warning } from './finding.js';

const MAX_WAIT = 300;

export async function checkJobs({ database: { sql } }: DatabaseCheckNeeds): Promise<Found[]> {
  const [queue] = await sql<{ made: boolean }>('', `select to_regclass('pgboss.job') is not null as made`, []);
  if (!queue?.made)
    return [
      warning(
        'There is no job queue yet.',
        'The first start creates it.',
        'Start the server, or run sallyport migration:up.',
      ),
    ];
  const [depths, events] = await Promise.all([readDepths(sql), listDeadEvents(sql, 1000)]);
  const waiting = depths.filter(({ dead, oldest }) => !dead && oldest > MAX_WAIT);
  const dead = depths.filter((depth) => depth.dead).reduce((sum, { count }) => sum + count, 0);
  const found = waiting.map(({ queue, count, oldest }) =>
    problem(
      `${count} jobs wait in ${queue}, the oldest for ${Math.round(oldest / 60)} minutes.`,
      'No process works that queue, or each try fails: mail is not sent, and old data is not deleted.',
      'Start a server with JOBS=on; its log says why a job failed.',
    ),
  );
  if (dead > 0) found.push(warning(`${dead} jobs were given up.`, 'A mail among them was not sent.', ADVICE));
  if (events.length > 0)
    found.push(
      warning(`${events.length} security events were given up.`, 'Their receivers do not know what happened.', ADVICE),
    );
  return found;
}

const ADVICE = 'sallyport jobs:list says which and why, sallyport jobs:retry tries them again.';

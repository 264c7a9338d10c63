import type { PgBoss } from 'pg-boss';
import { type Command, command, UsageError } from './command-line.js';
import { CommandError, type Config, loadConfig } from '../config/settings.js';
import { isId } from '../platform/ids.js';
import type { Queue } from '../platform/jobs/boss.js';
import type { DeadLetter } from '../platform/jobs/dead-letters.js';
import { type Opened, withMigrated } from './with-database.js';

/** The commands on jobs that were given up. They work beside a running server; `say` prints to the terminal. */
export function jobsCommands(say: (text: string) => void): Record<string, Command> {
  return {
    'jobs:list': command({
      does: 'Lists the mails and other jobs that were given up, newest first. The text of a mail is not shown.',
      options: { limit: { type: 'string', value: 'N', meaning: 'how many at most (100 unless given)' } },
      run: async ({ limit = '100' }, { env }) => {
        if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError(`--limit is a number from 1 to 999999, not ${limit}.`);
        const { listDeadLetters } = await import('../platform/jobs/dead-letters.js');
        await withQueue(loadConfig(env), async (_boss, { database }) => {
          const found = await listDeadLetters(database.sql, Number(limit));
          for (const letter of found) say(line(letter));
          say(found.length === 0 ? 'No job was given up.' : RETRY_HINT);
        });
      },
    }),
    'jobs:retry': command({
      does: 'Puts jobs that were given up back into their queue. A mail whose code has expired is not sent.',
      options: {
        id: {
          type: 'string',
          value: 'ID[,ID]',
          meaning: 'the jobs, by the ids that jobs:list and the log (jobId) show',
        },
        all: { type: 'boolean', meaning: 'all jobs that were given up' },
      },
      run: async ({ id, all = false }, { env }) => {
        const ids = all ? undefined : idsIn(id);
        if (all && id !== undefined) throw new UsageError('Give either --id or --all, not both.');
        const { retryDeadLetters } = await import('../platform/jobs/dead-letters.js');
        const count = await withQueue(loadConfig(env), (boss, { database }) =>
          retryDeadLetters(boss, database.sql, ids),
        );
        if (ids && count < new Set(ids).size)
          throw new CommandError(
            `${count} of ${ids.length} put back; the others do not exist. npm run jobs:list shows what there is.`,
          );
        say(`${count} put back into their queue.`);
      },
    }),
  };
}

/** Creates the queue's tables or brings them up to date; answers whether it did. */
export async function migrateJobs(config: Config, opened: Opened): Promise<boolean> {
  const [{ migrateQueue }, queues] = await Promise.all([import('../platform/jobs/boss.js'), everyQueue()]);
  return migrateQueue({ config, ...opened }, queues);
}

function withQueue<Result>(config: Config, work: (boss: PgBoss, opened: Opened) => Promise<Result>): Promise<Result> {
  return withMigrated(config, async (opened) => {
    const [{ withBoss }, queues] = await Promise.all([import('../platform/jobs/boss.js'), everyQueue()]);
    return withBoss({ config, ...opened }, queues, (boss) => work(boss, opened));
  });
}

async function everyQueue(): Promise<Queue[]> {
  const { FEATURES, gather } = await import('../features.js');
  return gather(FEATURES, 'jobs');
}

function idsIn(given = ''): string[] {
  const ids = given.split(',').map((id) => id.trim().toLowerCase());
  if (!ids.every(isId))
    throw new UsageError('Give --id with an id that npm run jobs:list shows, several separated by commas, or --all.');
  return ids;
}

const RETRY_HINT = 'npm run jobs:retry -- --id ID puts one back into its queue, --all all of them.';

function line({ id, queue, givenUpAt, tries, reason, template, recipient }: DeadLetter): string {
  const what = template ? `${template} to ${recipient}` : queue;
  return `${id}  ${givenUpAt.toISOString()}  ${what}  after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${reason}`;
}

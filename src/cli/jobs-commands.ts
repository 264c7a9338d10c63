import { type Call, type Command, command, UsageError } from './command-line.js';
import { CommandError, loadConfig } from '../config/config.js';
import { isId } from '../platform/ids.js';

/** The commands for jobs and security events that were given up. They may run beside a server. */
export const jobsCommands: Record<string, Command> = {
  'jobs:list': command({
    does: 'Lists the mails, other jobs and security events that were given up, newest first. Their contents are not shown.',
    options: { limit: { type: 'string', value: 'N', meaning: 'how many at most (default: 100)' } },
    json: 'jobs, each with id, queue, givenUpAt, tries, reason, template, recipient, receiver',
    run: list,
  }),
  'jobs:retry': command({
    does: 'Puts jobs and security events that were given up back into their queue. Mails whose code has expired, and security events more than a week old, are not sent.',
    options: {
      id: {
        type: 'string',
        value: 'ID[,ID]',
        meaning: 'the jobs, by the ids that jobs:list and the log (jobId) show',
      },
      all: { type: 'boolean', meaning: 'all that were given up' },
    },
    json: 'retried',
    run: retry,
  }),
};

async function list({ limit = '100' }, { env, say, give }: Call): Promise<void> {
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError(`--limit is a number from 1 to 999999, not ${limit}.`);
  const [{ withQueue }, { readGivenUp }] = await Promise.all([import('./job-queue.js'), import('./given-up.js')]);
  await withQueue(loadConfig(env), async (_boss, { database }) => {
    const found = await readGivenUp(database.sql, Number(limit));
    for (const { line } of found) say(line);
    give({ jobs: found.map(({ job }) => job) });
    say(found.length === 0 ? 'No job was given up.' : RETRY_HINT);
  });
}

async function retry({ id, all = false }: { id?: string; all?: boolean }, { env, say, give }: Call): Promise<void> {
  const ids = all ? undefined : idsIn(id);
  if (all && id !== undefined) throw new UsageError('Give either --id or --all, not both.');
  const [{ withQueue }, { retryGivenUp }] = await Promise.all([import('./job-queue.js'), import('./given-up.js')]);
  const retried = await withQueue(loadConfig(env), (boss, { database }) => retryGivenUp(boss, database.sql, ids));
  if (ids && retried < new Set(ids).size)
    throw new CommandError(
      `${retried} of ${ids.length} put back; the others do not exist, or are too old. npm run jobs:list shows what there is.`,
    );
  say(`${retried} put back into their queue.`);
  give({ retried });
}

function idsIn(given = ''): string[] {
  const ids = given.split(',').map((id) => id.trim().toLowerCase());
  if (!ids.every(isId))
    throw new UsageError('Give --id with an id that npm run jobs:list shows, several separated by commas, or --all.');
  return ids;
}

const RETRY_HINT = 'npm run jobs:retry -- --id ID puts one back into its queue, --all all of them.';

import { type Call, type Command, command } from './command-line.js';
import { CommandError, loadConfig } from '../config/config.js';
import { withDatabase } from './with-database.js';

export const migrationCommands: Record<string, Command> = {
  'migration:status': command({
    does: 'Lists the migrations that have run and those that are pending. Changes nothing. Exit code 1: some are pending.',
    json: 'ran, pending, unknown',
    run: status,
  }),
  'migration:up': command({
    does: 'Runs the pending migrations of the database.',
    json: 'ran',
    run: migrate,
  }),
  'migration:down': command({
    does: 'Reverts the newest migration, to return to the release before. Data that only the newer release knows is lost.',
    options: {
      yes: { type: 'boolean', meaning: 'required: data may be lost' },
      force: { type: 'boolean', meaning: 'also with NODE_ENV=production' },
    },
    json: 'reverted',
    run: revert,
  }),
};

async function status(_given: object, { env, say, give }: Call): Promise<number> {
  return withDatabase(loadConfig(env), async ({ database: { orm, sql } }) => {
    const { readMigrations } = await import('../platform/migration-status.js');
    const { ran, pending, unknown } = await readMigrations({ orm, sql });
    for (const { name, executedAt } of ran) say(`${executedAt.toISOString()}  ${name}`);
    for (const name of pending) say(`pending                   ${name}`);
    for (const name of unknown) say(`of a newer release        ${name}`);
    give({ ran, pending, unknown });
    return pending.length > 0 ? 1 : 0;
  });
}

async function migrate(_given: object, { env, say, give }: Call): Promise<void> {
  const config = { ...loadConfig(env), migrations: 'auto' as const };
  await withDatabase(config, async (opened) => {
    const [{ migrate: run }, { migrateJobs }] = await Promise.all([
      import('../platform/database.js'),
      import('./job-queue.js'),
    ]);
    const ran = await run(opened.database);
    if (await migrateJobs(config, opened)) ran.push("the job queue's tables");
    say(ran.length > 0 ? `Ran ${ran.join(', ')}.` : 'Nothing to do: every migration has run.');
    give({ ran });
  });
}

async function revert({ yes = false, force = false }, { env, say, give }: Call): Promise<void> {
  const config = loadConfig(env);
  if (!yes) throw new CommandError('Data may be lost. Make a backup, and write: sallyport migration:down --yes');
  if (config.nodeEnv === 'production' && !force)
    throw new CommandError('This is production (NODE_ENV). To revert a migration all the same, add --force.');
  await withDatabase(config, async ({ database: { orm, sql } }) => {
    const { readMigrations } = await import('../platform/migration-status.js');
    const { unknown } = await readMigrations({ orm, sql });
    if (unknown.length > 0)
      throw new CommandError(
        `${unknown.at(-1)} is of a newer release, and only that release can revert it: run its migration:down.`,
      );
    const reverted = (await orm.migrator.down()).map(({ name }) => name);
    say(reverted.length > 0 ? `Reverted ${reverted.join(', ')}.` : 'Nothing to do: no migration has run.');
    give({ reverted });
  });
}

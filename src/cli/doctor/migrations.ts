import { readMigrations } from '../../platform/migration-status.js';
import { type DatabaseCheckNeeds, type Found, problem, warning } from './finding.js';

export async function checkMigrations({ config, database }: DatabaseCheckNeeds): Promise<Found[]> {
  const { ran, pending, unknown } = await readMigrations(database);
  const found: Found[] = [];
  if (unknown.length > 0)
    found.push(
      warning(
        `Migrations of a newer release have run: ${unknown.join(', ')}.`,
        'This release is older than the database. It can serve while the newer one is rolled out, but should not stay.',
        'Install the newer release, or revert its migrations with it: sallyport migration:down.',
      ),
    );
  if (pending.length > 0 && config.migrations === 'manual')
    found.push(
      problem(
        `${pending.length} migrations are pending, the first is ${pending[0]}.`,
        'With MIGRATIONS=manual the server does not become ready before they have run.',
        'Run sallyport migration:up as the owner of the database.',
      ),
    );
  else if (pending.length > 0)
    found.push(
      warning(
        ran.length === 0 ? 'The database is empty.' : `${pending.length} migrations are pending.`,
        'They run at the next start.',
        'Start the server, or run sallyport migration:up.',
      ),
    );
  return found;
}

/** Whether the tables that other checks read are there. */
export async function isMigrated({ database }: DatabaseCheckNeeds): Promise<boolean> {
  return (await readMigrations(database)).pending.length === 0;
}

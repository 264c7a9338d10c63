import type { Config } from '../config/config.js';
import type { Database } from './database.js';

/** Why the database cannot be used; null if it can. */
export async function unreachable({ sql, orm }: Database, migrations: Config['migrations']): Promise<string | null> {
  try {
    await sql('ready', 'select 1', []);
    if (migrations === 'manual' && (await orm.migrator.getPending()).length > 0)
      return 'migrations are pending: npm run migration:up';
    return null;
  } catch {
    return 'the database does not answer';
  }
}

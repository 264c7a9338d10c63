import type { Config } from '../config/config.js';
import type { Database } from '../platform/database.js';
import type { Log } from '../platform/log.js';

export interface Opened {
  database: Database;
  log: Log;
}

/** Opens the database for as long as a command's work takes. Its modules are loaded here, since most commands need none of them. */
export async function withDatabase<Result>(config: Config, work: (opened: Opened) => Promise<Result>): Promise<Result> {
  const [{ ormOptions }, { openDatabase }, { createLog, standardError }] = await Promise.all([
    import('../../mikro-orm.config.js'),
    import('../platform/database.js'),
    import('../platform/log.js'),
  ]);
  // Standard output is the command's answer, which --json promises to be one document.
  const log = createLog(config, standardError());
  const database = await openDatabase(config, ormOptions, log);
  try {
    return await work({ database, log });
  } finally {
    await database.close();
  }
}

/** The same, after the pending migrations have run; with MIGRATIONS=manual none runs. */
export function withMigrated<Result>(config: Config, work: (opened: Opened) => Promise<Result>): Promise<Result> {
  return withDatabase(config, async (opened) => {
    const { migrate: run } = await import('../platform/database.js');
    if (config.migrations === 'auto') await run(opened.database);
    return work(opened);
  });
}

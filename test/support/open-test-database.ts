import { ormOptions } from '../../mikro-orm.config.js';
import { loadConfig } from '../../src/config/config.js';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { createLog } from '../../src/platform/log.js';

/** The product's own connection to a test's database, without a gateway around it. Close it before the database is dropped. */
export function openTestDatabase(url: string): Promise<Database> {
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: url, DATABASE_POOL: '5' });
  return openDatabase(config, ormOptions, createLog({ logLevel: 'silent' }));
}

/**
 * npm run seed -- --users 1000000 [--force]: fills the configured database with people, each with 3 sessions and 5 audit
 * events. All users have the same password, which is printed: never on a server that others can reach.
 */
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { personOf } from './people.mjs';
import { embeddedTarget, openServer, PASSWORD, populate } from './populate.mjs';
import { progressBar } from './progress.mjs';

const root = join(import.meta.dirname, '../..');
const compiled = (/** @type {string} */ path) => import(pathToFileURL(join(root, 'dist', path)).href);
const { values } = parseArgs({
  options: { users: { type: 'string', default: '1000' }, force: { type: 'boolean', default: false } },
});
const users = Number(values.users);
if (!Number.isInteger(users) || users < 1) stop('Say how many: npm run seed -- --users 1000000');

if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
const [{ loadConfig }, { migrate, openDatabase }, { ormOptions }, { createLog }] = await Promise.all([
  compiled('src/config/config.js'),
  compiled('src/platform/database.js'),
  compiled('mikro-orm.config.js'),
  compiled('src/platform/log.js'),
]);
if (process.env.NODE_ENV === 'production')
  stop('This is a production installation: people with a known password have no place in it.');

const begun = performance.now();
try {
  const config = loadConfig(process.env);
  const database = await openDatabase(config, ormOptions, createLog({ ...config, logLevel: 'warn' }));
  await migrate(database);
  const target = database.embedded ? embeddedTarget(database.embedded) : await openServer(config.databaseUrl);
  const { rows } = await target.query('select exists (select from users) as inhabited');
  if (rows[0].inhabited && !values.force) stop('There are people in this database already. --force adds to them.');
  const run = await populate(target, { users, progress: progressBar(process.stdout) });
  await target.close();
  await database.close();
  const person = personOf(run, users > 1 ? 1 : 0);
  console.log(
    `${users} people in ${((performance.now() - begun) / 1000).toFixed(0)} s. Sign in as ${person.email} with “${PASSWORD}”, as any of them.`,
  );
} catch (error) {
  stop(error instanceof Error ? error.message : String(error));
}

/** @param {string} why @returns {never} */
function stop(why) {
  console.error(why);
  process.exit(1);
}

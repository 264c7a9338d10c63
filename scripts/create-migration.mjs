/**
 * `npm run migration:create -- NAME`: writes migrations/<time>_NAME.ts with what the entities have and the snapshot has
 * not, and updates the snapshot. Read it before it is committed: it has to run while the previous version still serves.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const compiled = (/** @type {string} */ path) => import(pathToFileURL(join(root, 'dist', path)).href);
const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error('Say what changes, in lower case with hyphens: npm run migration:create -- add-session-device');
  process.exit(1);
}

await import('reflect-metadata');
const [{ ormOptions }, { openDatabase }, { createLog }] = await Promise.all([
  compiled('mikro-orm.config.js'),
  compiled('src/platform/database.js'),
  compiled('src/platform/log.js'),
]);
const folder = join(root, 'migrations');
const options = { ...ormOptions, migrations: { ...ormOptions.migrations, path: folder, pathTs: folder } };
// The embedded database of a moment: the difference is taken from the snapshot, and no data is touched.
const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-migration-'));
const database = await openDatabase({ dataDir }, options, createLog({ logLevel: 'warn' }));
try {
  const { fileName } = await database.orm.migrator.create(undefined, false, false, name);
  console.log(fileName ? `migrations/${fileName}` : 'The entities have not changed since the last migration.');
} finally {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
}

import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import type { Options } from '@mikro-orm/postgresql';
import { FEATURES, gather } from './src/features.js';

const folder = fileURLToPath(new URL('migrations', import.meta.url));

/** Every entity of every feature, and how the schema is migrated. The connection comes from `platform/database.ts`. */
export const ormOptions = {
  entities: gather(FEATURES, 'entities'),
  extensions: [Migrator],
  schemaGenerator: {
    // Nothing has ever written to it, but the version before this one asks it about every token. The next one may drop it.
    skipTables: ['revoked_tokens'],
    // The version before this one reads and writes them. The next one drops them, after it has moved once more what is left of them,
    // as the migration of the pending registrations does.
    // `avatar_url` was always null.
    skipColumns: { users: ['avatar_url', 'self_registered', 'decoy'] },
  },
  migrations: {
    path: folder,
    pathTs: folder,
    // Compiled and source migrations carry the same name in the table, so that both see what the other ran.
    glob: '!(*.d).{js,ts}',
    emit: 'ts',
    transactional: true,
    allOrNothing: true,
    snapshot: true,
    snapshotOnMigrate: false,
    snapshotName: 'snapshot',
    fileName: (timestamp: string, name?: string) => `${timestamp}_${name ?? 'change'}`,
  },
} satisfies Partial<Options>;

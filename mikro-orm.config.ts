import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import type { Options } from '@mikro-orm/postgresql';
import { AuditEvent } from './src/audit/audit-event.entity.js';
import { AuditSeal } from './src/audit/audit-seal.entity.js';
import { Challenge } from './src/challenges/challenge.entity.js';
import { Password } from './src/passwords/password.entity.js';
import { Mail } from './src/platform/mail/mail.entity.js';
import { PendingRegistration } from './src/registrations/pending-registration.entity.js';
import { Role } from './src/roles/role.entity.js';
import { UserRole } from './src/roles/user-role.entity.js';
import { RefreshToken } from './src/sessions/refresh-token.entity.js';
import { Session } from './src/sessions/session.entity.js';
import { EmailChange } from './src/account/email-change.entity.js';
import { ExternalId } from './src/import/external-id.entity.js';
import { LastLogin } from './src/users/last-login.entity.js';
import { UserImport } from './src/import/user-import.entity.js';
import { User } from './src/users/user.entity.js';

const folder = fileURLToPath(new URL('migrations', import.meta.url));

/** Every entity there is, and how the schema is migrated. The connection comes from `platform/database.ts`. */
export const ormOptions = {
  entities: [
    User,
    Password,
    Role,
    UserRole,
    Session,
    RefreshToken,
    PendingRegistration,
    Challenge,
    AuditEvent,
    AuditSeal,
    Mail,
    EmailChange,
    LastLogin,
    UserImport,
    ExternalId,
  ],
  extensions: [Migrator],
  schemaGenerator: {
    // Nothing has ever written to it, but the version before this one asks it about every token. The next one may drop it.
    skipTables: ['revoked_tokens'],
    // The version before this one reads and writes them. The next one drops them, after it has moved once more what is left of them,
    // as the migration of the pending registrations does.
    skipColumns: { users: ['self_registered', 'decoy'] },
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

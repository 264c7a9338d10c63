import DataLoader from 'dataloader';
import { type AccessTokenClaims, API_KEY_AMR } from '../keys/access-token.js';
import { type Clock, nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { permissionsOfRoles } from '../roles/permissions-of-roles.js';
import { Role } from '../roles/role.entity.js';
import { User } from '../users/user.entity.js';

/** A user with a live session or API key, and the roles they hold now. */
export interface SessionPrincipal {
  user: User;
  roles: RoleHeld[];
  /** With an API key, the id of the key. */
  sessionId: string;
  /** The permissions of an API key; null for a session. */
  keyPermissions: string[] | null;
}

export type RoleHeld = Omit<Role, 'createdAt' | 'updatedAt'>;

/** `amr` distinguishes an API key, or a token exchanged for one, from a session. */
type TokenSubject = Pick<AccessTokenClaims, 'sub' | 'sid' | 'amr'>;

export interface PrincipalReader {
  /** Read from PostgreSQL: null if the session or the API key has ended or expired, or the user is deleted or suspended. */
  read(claims: TokenSubject): Promise<SessionPrincipal | null>;
}

export interface SessionServices {
  principals: PrincipalReader;
}

const MAX_BATCH = 100;

/** One prepared statement reads all that are requested in one turn of the event loop, across requests. Nothing is cached. */
export function createPrincipalReader(sql: Sql, clock: Clock): PrincipalReader {
  const readAll = async (name: string, text: string, asked: readonly TokenSubject[]) => {
    const rows = await sql<PrincipalRow>(name, text, [asked.map(({ sid }) => sid), clock.forDatabase()]);
    const found: (SessionPrincipal | null)[] = asked.map(() => null);
    for (const row of rows) {
      const index = Number(row.n) - 1;
      if (row.person.user.id === asked[index]?.sub)
        found[index] = {
          ...readUserWithRoles(row),
          sessionId: row.session_id,
          keyPermissions: row.key_permissions,
        };
    }
    return found;
  };
  const together = { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate };
  const bySession = new DataLoader((asked: readonly TokenSubject[]) => readAll('who', WHO, asked), together);
  const byKey = new DataLoader((asked: readonly TokenSubject[]) => readAll('who-by-key', WHO_BY_KEY, asked), together);
  return { read: (claims) => (claims.amr.includes(API_KEY_AMR) ? byKey : bySession).load(claims) };
}

/** Whether the token carries the rights that the user has now (see `ver` in keys/access-token.ts). */
export function carriesCurrentRights(
  { roles, ver, scope }: Pick<AccessTokenClaims, 'roles' | 'ver' | 'scope'>,
  who: Pick<SessionPrincipal, 'user' | 'roles' | 'keyPermissions'>,
): boolean {
  if (who.keyPermissions) {
    const held = new Set(permissionsOf(who));
    const granted = scope.split(' ').filter(Boolean);
    return ver[0] === who.user.version && granted.every((permission) => held.has(permission));
  }
  return (
    ver[0] === who.user.version &&
    roles.length === who.roles.length &&
    who.roles.every((role, index) => role.name === roles[index] && role.version === ver[index + 1])
  );
}

/** The user's permissions; with an API key, those that the key has too. */
export function permissionsOf({ roles, keyPermissions }: Pick<SessionPrincipal, 'roles' | 'keyPermissions'>): string[] {
  const held = permissionsOfRoles(roles);
  return keyPermissions ? held.filter((permission) => keyPermissions.includes(permission)) : held;
}

/** A user's roles with versions, as a parameter with which a statement checks that they are unchanged. */
export function roleVersions(roles: Pick<RoleHeld, 'name' | 'version'>[]): string[] {
  return roles.map(({ name, version }) => `${name} ${version}`);
}

/** SQL: the same for the user `u` now, in the order in which a token names them. */
export const ROLE_VERSIONS = `
  array(select r.name || ' ' || r.version from user_roles ur join roles r on r.name = ur.role_name
         where ur.user_id = u.id order by r.name)`;

const USER = mapRows(User);
const ROLE = mapRows(Role, { without: ['createdAt', 'updatedAt'] });

/** The user `u` and their roles, in statements that do not pass through the EntityManager: one column of the answer. */
export const USER_WITH_ROLES = `
  json_build_object(
    'user', ${USER.json('u')},
    'roles', (select json_agg(${ROLE.json('r')} order by r.name)
                from user_roles ur join roles r on r.name = ur.role_name where ur.user_id = u.id)) as person`;

// Separate statements: one for both would be planned for hundreds of rows, and read all users.
const who = (table: string, permissions: string, live: string) => `
select t.n, s.id as session_id, ${permissions} as key_permissions, ${USER_WITH_ROLES}
  from unnest($1::uuid[]) with ordinality as t (sid, n)
  join ${table} s on s.id = t.sid and ${live}
  join users u on u.id = s.user_id and u.deleted_at is null and u.suspended_at is null`;
const WHO = who('sessions', 'null::text[]', `s.ended_at is null and s.expires_at > ${nowIn('$2')}`);
const WHO_BY_KEY = who(
  'api_keys',
  's.permissions',
  `s.revoked_at is null and (s.expires_at is null or s.expires_at > ${nowIn('$2')})`,
);

export interface UserWithRolesRow {
  person: { user: RowOf<User>; roles: RowOf<RoleHeld>[] | null };
}

interface PrincipalRow extends UserWithRolesRow {
  n: string | number;
  session_id: string;
  key_permissions: string[] | null;
}

export function readUserWithRoles({ person }: UserWithRolesRow): { user: User; roles: RoleHeld[] } {
  return { user: USER.read(person.user), roles: person.roles?.map(ROLE.read) ?? [] };
}

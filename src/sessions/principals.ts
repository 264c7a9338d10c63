import DataLoader from 'dataloader';
import type { AccessTokenClaims } from '../keys/access-token.js';
import { type Clock, nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { Role } from '../roles/role.entity.js';
import { User } from '../users/user.entity.js';

/** A person whose session lives, with the roles they hold now. */
export interface SessionPrincipal {
  user: User;
  roles: RoleHeld[];
  sessionId: string;
}

export type RoleHeld = Omit<Role, 'createdAt' | 'updatedAt'>;

type TokenSubject = Pick<AccessTokenClaims, 'sub' | 'sid'>;

export interface PrincipalReader {
  /** PostgreSQL's word: null when the session has ended or expired, or the person is gone or suspended. */
  read(claims: TokenSubject): Promise<SessionPrincipal | null>;
}

export interface SessionServices {
  principals: PrincipalReader;
}

const MAX_BATCH = 100;

/** One prepared statement reads all that are asked for in one turn of the event loop, across requests. Nothing is cached. */
export function createPrincipalReader(sql: Sql, clock: Clock): PrincipalReader {
  const readAll = async (asked: readonly TokenSubject[]) => {
    const rows = await sql<PrincipalRow>('who', WHO, [asked.map(({ sid }) => sid), clock.forDatabase()]);
    const found: (SessionPrincipal | null)[] = asked.map(() => null);
    for (const row of rows) {
      const index = Number(row.n) - 1;
      if (row.person.user.id === asked[index]?.sub)
        found[index] = { ...readUserWithRoles(row), sessionId: row.session_id };
    }
    return found;
  };
  const loader = new DataLoader(readAll, { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate });
  return { read: (claims) => loader.load(claims) };
}

/** Whether the token carries the rights the person has now (see `ver` in keys/access-token.ts). */
export function carriesCurrentRights(
  { roles, ver }: Pick<AccessTokenClaims, 'roles' | 'ver'>,
  who: Pick<SessionPrincipal, 'user' | 'roles'>,
): boolean {
  return (
    ver[0] === who.user.version &&
    roles.length === who.roles.length &&
    who.roles.every((role, index) => role.name === roles[index] && role.version === ver[index + 1])
  );
}

/** The roles of a person and their versions, by which a statement knows that they are still the ones in its parameter. */
export function roleVersions(roles: Pick<RoleHeld, 'name' | 'version'>[]): string[] {
  return roles.map(({ name, version }) => `${name} ${version}`);
}

/** The same of the person `u` as they are now, in the order in which a token names them. */
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

const WHO = `
select t.n, s.id as session_id, ${USER_WITH_ROLES}
  from unnest($1::uuid[]) with ordinality as t (sid, n)
  join sessions s on s.id = t.sid and s.ended_at is null and s.expires_at > ${nowIn('$2')}
  join users u on u.id = s.user_id and u.deleted_at is null and u.suspended_at is null`;

export interface UserWithRolesRow {
  person: { user: RowOf<User>; roles: RowOf<RoleHeld>[] | null };
}

interface PrincipalRow extends UserWithRolesRow {
  n: string | number;
  session_id: string;
}

export function readUserWithRoles({ person }: UserWithRolesRow): { user: User; roles: RoleHeld[] } {
  return { user: USER.read(person.user), roles: person.roles?.map(ROLE.read) ?? [] };
}

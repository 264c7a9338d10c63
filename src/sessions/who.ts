import type { AccessTokenClaims } from '../keys/access-token.js';
import { batched } from '../platform/batch.js';
import type { Clock } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import type { Role } from '../roles/role.entity.js';
import { User } from '../users/user.entity.js';

/** A person whose session lives, with the roles they hold now. */
export interface Who {
  user: User;
  roles: RoleHeld[];
  sessionId: string;
}

export type RoleHeld = Pick<Role, 'name' | 'description' | 'permissions' | 'builtIn' | 'version'>;

type Asked = Pick<AccessTokenClaims, 'sub' | 'sid' | 'jti'>;

export interface WhoReader {
  /** PostgreSQL's word: null when the session has ended or expired, the person is gone or suspended, or the token was revoked. */
  read(claims: Asked): Promise<Who | null>;
}

const MOST_TOGETHER = 100;

/** All that are asked within one turn of the event loop are read by one prepared statement. */
export function createWhoReader(sql: Sql, clock: Clock): WhoReader {
  const read = batched<Asked, Who | null>(async (asked) => {
    const rows = await sql<WhoRow>('who', WHO, [asked.map(({ sid }) => sid), asked.map(({ jti }) => jti), clock.now()]);
    const found: (Who | null)[] = asked.map(() => null);
    for (const row of rows) {
      const index = Number(row.n) - 1;
      if (row.id === asked[index]?.sub)
        found[index] = { user: toUser(row), roles: row.roles ?? [], sessionId: row.session_id };
    }
    return found;
  }, MOST_TOGETHER);
  return { read };
}

/** Whether the token carries the rights the person has now (see `ver` in keys/access-token.ts). */
export function carriesCurrentRights(
  { roles, ver }: Pick<AccessTokenClaims, 'roles' | 'ver'>,
  who: Pick<Who, 'user' | 'roles'>,
): boolean {
  return (
    ver[0] === who.user.version &&
    roles.length === who.roles.length &&
    who.roles.every((role, index) => role.name === roles[index] && role.version === ver[index + 1])
  );
}

/** The columns of a person, in statements that do not pass through the EntityManager. */
export const USER_COLUMNS = `
  u.id, u.email, u.username, u.display_name, u.avatar_url, u.locale, u.email_verified_at, u.suspended_at,
  u.suspended_reason, u.self_registered, u.version, u.last_login_at, u.created_at, u.updated_at, u.deleted_at,
  (select json_agg(json_build_object('name', r.name, 'description', r.description, 'permissions', r.permissions,
                                     'builtIn', r.built_in, 'version', r.version) order by r.name)
     from user_roles ur join roles r on r.name = ur.role_name where ur.user_id = u.id) as roles`;

const WHO = `
select t.n, s.id as session_id, ${USER_COLUMNS}
  from unnest($1::uuid[], $2::uuid[]) with ordinality as t (sid, jti, n)
  join sessions s on s.id = t.sid and s.ended_at is null and s.expires_at > $3::timestamptz
  join users u on u.id = s.user_id and u.deleted_at is null and u.suspended_at is null
 where not exists (select from revoked_tokens rt where rt.jti = t.jti)`;

export interface UserRow {
  id: string;
  email: string;
  username: string | null;
  display_name: string | null;
  avatar_url: string | null;
  locale: string | null;
  email_verified_at: Date | null;
  suspended_at: Date | null;
  suspended_reason: string | null;
  self_registered: boolean;
  version: number;
  last_login_at: Date | null;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
  roles: RoleHeld[] | null;
}

interface WhoRow extends UserRow {
  n: string | number;
  session_id: string;
}

/** A User by its prototype alone: the constructor would make an id, and TypeGraphQL makes a User of whatever is none, for each field. */
export function toUser(row: UserRow): User {
  const user: User = {
    id: row.id,
    email: row.email,
    username: row.username,
    displayName: row.display_name,
    avatarUrl: row.avatar_url,
    locale: row.locale,
    emailVerifiedAt: row.email_verified_at,
    suspendedAt: row.suspended_at,
    suspendedReason: row.suspended_reason,
    selfRegistered: row.self_registered,
    version: row.version,
    lastLoginAt: row.last_login_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
  return Object.setPrototypeOf(user, User.prototype) as User;
}

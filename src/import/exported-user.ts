import type { Sql } from '../platform/database.js';

/** A user as a line of the file that users:import reads. Absent values are left out. */
interface ExportedUser {
  id: string;
  externalId?: string;
  email: string;
  emailVerified: boolean;
  username?: string;
  displayName?: string;
  locale?: string;
  createdAt: string;
  suspended?: true;
  roles: string[];
  identities?: ExportedIdentity[];
  passwordHash?: string;
}

interface ExportedIdentity {
  provider: string;
  issuer: string;
  subject: string;
  email?: string;
  displayName?: string;
}

export interface UsersWanted {
  /** The id of the last user exported before; null to begin. */
  after: string | null;
  /** The source whose external ids are exported. */
  source: string;
  passwordHashes: boolean;
}

/** The next users by id. Deleted accounts are not among them. */
export async function readUsersToExport(
  sql: Sql,
  { after, source, passwordHashes }: UsersWanted,
  most: number,
): Promise<ExportedUser[]> {
  const rows = await sql<{ user: ExportedUser }>('export-users', NEXT, [after, source, passwordHashes, most]);
  return rows.map(({ user }) => user);
}

const NEXT = `
select json_strip_nulls(json_build_object(
         'id', u.id, 'externalId', (select x.external_id from external_ids x where x.user_id = u.id and x.source = $2::varchar order by 1 limit 1),
         'email', u.email, 'emailVerified', u.email_verified_at is not null,
         'username', u.username, 'displayName', u.display_name, 'locale', u.locale,
         'createdAt', to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'suspended', case when u.suspended_at is not null then true end,
         'roles', (select coalesce(json_agg(r.role_name order by r.role_name), '[]') from user_roles r where r.user_id = u.id),
         'identities', (select json_agg(json_build_object('provider', i.provider, 'issuer', i.issuer, 'subject', i.subject,
                                                          'email', i.email, 'displayName', i.display_name) order by i.id)
                          from identities i where i.user_id = u.id),
         'passwordHash', case when $3::boolean then (select p.hash from passwords p where p.user_id = u.id) end)) as "user"
  from users u
 where u.deleted_at is null and ($1::uuid is null or u.id > $1::uuid)
 order by u.id limit $4::int`;

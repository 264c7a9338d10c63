import DataLoader from 'dataloader';
import type { AccessTokenClaims } from '../keys/access-token.js';
import type { Sql } from '../platform/database.js';
import { permissionsOfRoles } from '../roles/permissions-of-roles.js';
import type { RoleHeld } from '../sessions/principals.js';

/** A service account whose credentials are valid, with the roles that it holds now. */
export interface MachinePrincipal {
  id: string;
  version: number;
  jwksUri: string | null;
  /** In the order in which a token names them. */
  roles: Pick<RoleHeld, 'name' | 'permissions' | 'version'>[];
}

type MachineSubject = Pick<AccessTokenClaims, 'sub' | 'sid'>;

export interface Machines {
  /** Read from PostgreSQL: null if the service account was deleted, or the secret that the token was issued for is revoked. */
  read(claims: MachineSubject): Promise<MachinePrincipal | null>;
}

/** One prepared statement reads all that are requested in one turn of the event loop, across requests. Nothing is cached. */
export function createMachines(sql: Sql): Machines {
  const together = { cache: false, maxBatchSize: 100, batchScheduleFn: setImmediate };
  const loader = new DataLoader<MachineSubject, MachinePrincipal | null>(async (asked) => {
    const params = [asked.map(({ sub }) => sub), asked.map(({ sid }) => sid)];
    const rows = await sql<MachineRow>('which-machine', MACHINES, params);
    const found: (MachinePrincipal | null)[] = asked.map(() => null);
    for (const { n, roles, ...machine } of rows) found[Number(n) - 1] = { ...machine, roles: roles ?? [] };
    return found;
  }, together);
  return { read: (claims) => loader.load(claims) };
}

/**
 * Whether the token carries the rights that the service account has now. A narrowed token names no role: the version of the account
 * replaces those of the roles, since it rises with each of them.
 */
export function carriesRightsOf(
  { ver, roles, scope }: Pick<AccessTokenClaims, 'ver' | 'roles' | 'scope'>,
  machine: MachinePrincipal,
): boolean {
  const held = permissionsOfRoles(machine.roles);
  const sameRoles =
    roles.length === machine.roles.length &&
    machine.roles.every(({ name, version }, index) => name === roles[index] && version === ver[index + 1]);
  return (
    ver[0] === machine.version &&
    (roles.length === 0 || sameRoles) &&
    scope.split(' ').every((permission) => permission === '' || held.includes(permission))
  );
}

interface MachineRow extends Omit<MachinePrincipal, 'roles'> {
  n: string | number;
  roles: MachinePrincipal['roles'] | null;
}

// A token that was issued for a signed JWT carries the id of the account itself as sid.
const MACHINES = `
select t.n, a.id, a.version, a.jwks_uri as "jwksUri",
       (select json_agg(json_build_object('name', r.name, 'permissions', r.permissions, 'version', r.version) order by r.name)
          from service_account_roles ar join roles r on r.name = ar.role_name
         where ar.service_account_id = a.id) as roles
  from unnest($1::uuid[], $2::uuid[]) with ordinality as t (id, sid, n)
  join service_accounts a on a.id = t.id and a.deleted_at is null
 where t.sid = a.id
    or exists (select from service_account_secrets s where s.id = t.sid and s.service_account_id = a.id)`;

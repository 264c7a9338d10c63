import type { EntityManager } from '@mikro-orm/postgresql';
import type { Machine } from '../context.js';
import { Refusal } from '../errors.js';
import { sqlIn } from '../platform/database.js';
import { permissionsOfRoles } from '../roles/permissions-of-roles.js';
import type { RoleHeld } from '../sessions/principals.js';
import { carriesRightsOf, createMachines } from './machines.js';

/**
 * For a service account what `assertStillSignedIn` is for users: checks its token once more, in the transaction that acts, on locked rows.
 *
 * @param others ids of the users and service accounts that are acted upon; their rows are locked too
 * @returns what it may do by this token
 */
export async function assertMachineStillValid(
  tx: EntityManager,
  { claims }: Machine,
  others: string[] = [],
): Promise<Pick<RoleHeld, 'name' | 'permissions'>[]> {
  const sql = sqlIn(tx);
  await sql('lock-machine', LOCK, [others, [claims.sub, ...others], claims.sid]);
  // In a separate statement: the one above sees roles as they were before it waited for its locks.
  const machine = await createMachines(sql).read(claims);
  if (!machine || !carriesRightsOf(claims, machine)) throw new Refusal('TOKEN_REVOKED');
  const granted = claims.scope.split(' ');
  const held = permissionsOfRoles(machine.roles);
  // A narrowed token acts with its part of the rights, and without roles.
  if (held.every((permission) => granted.includes(permission))) return machine.roles;
  return [{ name: '', permissions: held.filter((permission) => granted.includes(permission)) }];
}

// Users first, as in sessions/assert-still-signed-in.ts; then service accounts by id, so that two which act upon each other do not deadlock.
const LOCK = `
with people as materialized (
  select id from users where id = any($1::uuid[]) order by id for no key update
), accounts as materialized (
  select id from service_accounts where id = any($2::uuid[]) and (select count(*) from people) >= 0
   order by id for no key update
)
select id from service_account_secrets where id = $3::uuid and (select count(*) from accounts) > 0 for no key update`;

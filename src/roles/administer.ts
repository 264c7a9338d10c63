import type { EntityManager } from '@mikro-orm/postgresql';
import type { AuthenticatedUser, Machine, Needs, RecentlyAuthenticated } from '../context.js';
import { assertMachineStillValid } from '../service-accounts/assert-machine-still-valid.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { assertStillRecent } from '../sessions/recent-authentication.js';
import { requireActor, requireUser } from '../require-user.js';
import { permissionsOf, type RoleHeld, type SessionPrincipal } from '../sessions/principals.js';
import { assertPermitted } from './authority.js';

/** The caller, with the rights they hold now, which cannot change before the transaction ends. */
export interface Administrator {
  /** The id of the user or of the service account. */
  id: string;
  sessionId: string;
  roles: Pick<RoleHeld, 'name' | 'permissions'>[];
}

export type AdministrationNeeds = Needs<'em' | RecentlyAuthenticated>;

interface Administration {
  /** The same as in api/graphql/permissions.ts. */
  permission: string;
  /** Ids of the users, or of the service accounts, that are acted upon. */
  others?: string[];
  /** Requires a recent authentication; the same as in api/graphql/permissions.ts. */
  recent?: boolean;
  /** Changes or deletes a role: then no other administration runs at the same time. */
  changesRoles?: boolean;
}

/**
 * The transaction of every operation that requires a permission. It checks the rights again, on locked rows: if the administrator is
 * demoted, suspended, deleted or signed out before the commit, or their role is changed, nothing is done.
 */
export async function administer<Result>(
  ctx: AdministrationNeeds,
  { permission, others, recent = false, changesRoles = false }: Administration,
  act: (tx: EntityManager, actor: Administrator) => Promise<Result>,
): Promise<Result> {
  const person = recent ? await requireUser(ctx) : null;
  const who = person ?? (await requireActor(ctx));
  return ctx.em.fork().transactional(async (tx) => {
    await tx.execute(changesRoles ? ALONE : TOGETHER);
    const { sub: id, sid: sessionId } = who.claims;
    const actor = { id, sessionId, roles: await rightsNow(ctx, tx, who, others) };
    assertPermitted(actor, permission);
    if (person) await assertStillRecent(ctx, tx, person);
    return act(tx, actor);
  });
}

async function rightsNow(
  ctx: Needs<'clock'>,
  tx: EntityManager,
  who: AuthenticatedUser | Machine,
  others?: string[],
): Promise<Administrator['roles']> {
  if (who.kind === 'machine') return assertMachineStillValid(tx, who, others);
  return rightsOf(await assertStillSignedIn(ctx, tx, who, others), who);
}

/**
 * An API key has no role, and only its own rights: with those of its user it could act upon users with more rights than the key. Likewise a
 * token exchanged for it has only its scope.
 */
function rightsOf(who: SessionPrincipal, { permissions: granted }: AuthenticatedUser): Administrator['roles'] {
  if (!who.keyPermissions) return who.roles;
  return [{ name: '', permissions: permissionsOf(who).filter((permission) => granted.has(permission)) }];
}

// Taken before all other locks, so that no transaction that waits for it holds one of them. Locks on the
// actor's role rows would deadlock when the actor changes a role they hold, and administrators who share a role could keep a
// change of it waiting for ever. PostgreSQL grants advisory locks in the order of the requests.
const TOGETHER = `select pg_advisory_xact_lock_shared(hashtextextended('roles', 0))`;
const ALONE = `select pg_advisory_xact_lock(hashtextextended('roles', 0))`;

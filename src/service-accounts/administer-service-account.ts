import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import { isId } from '../platform/ids.js';
import { administer, type AdministrationNeeds, type Administrator } from '../roles/administer.js';
import { assertMayGrant } from '../roles/authority.js';
import type { Role } from '../roles/role.entity.js';
import { ServiceAccount } from './service-account.entity.js';
import { rolesOfServiceAccount } from './service-accounts-loader.js';

interface Upon {
  permission: string;
  serviceAccountId: string;
  /** Requires a recent authentication. */
  recent: boolean;
}

/** The service account as it is now, its row locked. */
interface Subject {
  account: ServiceAccount;
  roles: Role[];
}

/**
 * Runs what is done to a service account, in a transaction with both rows locked. NOT_FOUND for an unknown one; FORBIDDEN for one with more
 * rights than the actor: with a new secret the actor could act as it.
 */
export function administerServiceAccount<Result>(
  ctx: AdministrationNeeds,
  { permission, serviceAccountId, recent }: Upon,
  act: (tx: EntityManager, actor: Administrator, subject: Subject) => Promise<Result>,
): Promise<Result> {
  const others = isId(serviceAccountId) ? [serviceAccountId] : [];
  return administer(ctx, { permission, others, recent }, async (tx, actor) => {
    const where = { id: { $in: others }, deletedAt: null };
    const account = await tx.findOne(ServiceAccount, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!account) throw new Refusal('NOT_FOUND', { field: 'input.serviceAccountId' });
    const roles = await rolesOfServiceAccount({ em: tx }).load(account.id);
    assertMayGrant(actor, roles);
    return act(tx, actor, { account, roles });
  });
}

import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import { isId } from '../platform/ids.js';
import { administer, type AdministrationNeeds, type Administrator } from '../roles/administer.js';
import { assertMayManage } from '../roles/authority.js';
import { User } from '../users/user.entity.js';

interface Upon {
  permission: string;
  userId: string;
  /** Requires a recent authentication. */
  recent?: boolean;
  /** true: finds only soft-deleted users. Unless given, finds none of them. */
  deleted?: boolean | 'either';
}

/**
 * Runs what an administrator does to a user, in a transaction with both rows locked. NOT_FOUND for an unknown user; FORBIDDEN for one with
 * more rights than the actor.
 */
export function administerUser<Result>(
  ctx: AdministrationNeeds,
  { permission, userId, recent = false, deleted = false }: Upon,
  act: (tx: EntityManager, actor: Administrator, user: User) => Promise<Result>,
): Promise<Result> {
  const others = isId(userId) ? [userId] : [];
  return administer(ctx, { permission, others, recent }, async (tx, actor) => {
    const deletion = deleted === 'either' ? {} : { deletedAt: deleted ? { $ne: null } : null };
    const where = { id: { $in: others }, ...deletion };
    const user = await tx.findOne(User, where, { filters: { notDeleted: false } });
    if (!user) throw new Refusal('NOT_FOUND', { field: 'input.userId' });
    await assertMayManage(tx, actor, user.id);
    return act(tx, actor, user);
  });
}

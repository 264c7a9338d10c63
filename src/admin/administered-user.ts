import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Person } from '../context.js';
import { Refusal } from '../errors.js';
import { isId } from '../platform/ids.js';
import { refuseAbove } from '../roles/authority.js';
import { User } from '../users/user.entity.js';

/**
 * The person an administrator acts upon, locked until the transaction ends. NOT_FOUND for nobody; FORBIDDEN for somebody who
 * may do more than the actor. Soft-deleted ones are found only where `deleted` asks for them.
 */
export async function administeredUser(
  tx: EntityManager,
  actor: Person,
  userId: string,
  { deleted = false }: { deleted?: boolean } = {},
): Promise<User> {
  const user = isId(userId)
    ? await tx.findOne(
        User,
        { id: userId, decoy: false, deletedAt: deleted ? { $ne: null } : null },
        { lockMode: LockMode.PESSIMISTIC_WRITE, filters: { notDeleted: false } },
      )
    : null;
  if (!user) throw new Refusal('NOT_FOUND', { field: 'input.userId' });
  await refuseAbove(tx, actor, user.id);
  return user;
}

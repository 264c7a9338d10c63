import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import type { Factor } from './factor.js';

/** The factors of users, oldest first; one statement for each kind, for all the users of a request. */
export function factorsOfUser(ctx: Needs<'em' | 'methods'>): DataLoader<string, Factor[]> {
  return new DataLoader(async (ids) => {
    const factors = await findFactors(ctx, ctx.em, [...ids]);
    return ids.map((id) => factors.filter(({ user }) => user.id === id));
  });
}

/** The same for one user, in a transaction. */
export function factorsOf(ctx: Needs<'methods'>, tx: EntityManager, userId: string): Promise<Factor[]> {
  return findFactors(ctx, tx, [userId]);
}

async function findFactors({ methods }: Needs<'methods'>, em: EntityManager, userIds: string[]): Promise<Factor[]> {
  const found: Factor[] = [];
  // Each user has only a few of each kind (`FactorKind.most`). One after another, since a transaction has one connection.
  for (const { entity } of methods.factors) {
    found.push(...(await em.find(entity, { user: { $in: userIds } }, { filters: { notDeleted: false } })));
  }
  return found.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

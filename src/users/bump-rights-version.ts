import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';

/**
 * Access tokens that carry the rights, or the verified address, of before are dead once this commits; sessions live on and
 * refresh into what holds now. Hand the version to `revocations.denyUser` after the commit.
 */
export async function bumpRightsVersion({ clock }: Needs<'clock'>, tx: EntityManager, userId: string): Promise<number> {
  const raised = await tx.execute<{ version: number }[]>(RAISE, [clock.now(), userId]);
  return raised[0]?.version ?? 0;
}

const RAISE = 'update users set version = version + 1, updated_at = ? where id = ? returning version';

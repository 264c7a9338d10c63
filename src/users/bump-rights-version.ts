import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';

/**
 * Invalidates access tokens with the former rights, or the former verified address, once this commits; sessions continue, and the next
 * refresh carries what is true then. Pass the version to `revocations.denyUser` after the commit.
 */
export async function bumpRightsVersion({ clock }: Needs<'clock'>, tx: EntityManager, userId: string): Promise<number> {
  const raised = await tx.execute<{ version: number }[]>(RAISE, [clock.now(), userId]);
  return raised[0]?.version ?? 0;
}

const RAISE = 'update users set version = version + 1, updated_at = ? where id = ? returning version';

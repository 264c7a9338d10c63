import type { EntityManager } from '@mikro-orm/postgresql';
import type { Challenge } from '../challenges/challenge.entity.js';
import type { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Needs } from '../context.js';
import type { MethodNeeds } from './method.js';

/** The fields that each method of a new challenge adds for the client, such as `passkeyOptions`; in the transaction that issues it. */
export async function beginMethods(
  ctx: MethodNeeds & Needs<'methods'>,
  tx: EntityManager,
  challenge: Challenge,
): Promise<Partial<ChallengeRequired>> {
  const options: Partial<ChallengeRequired> = {};
  for (const name of challenge.methods)
    Object.assign(options, await ctx.methods.named(name).begin?.(ctx, tx, challenge));
  return options;
}

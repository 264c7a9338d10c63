import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import type { Factor } from '../methods/factor.js';
import { changeFactor, type Changing } from './change-factor.js';
import type { RenameFactorInput } from './factor.input.js';

/** Renames a factor of the signed-in user. */
export function renameFactor(
  ctx: Needs<Changing | Transaction>,
  { factorId, name }: RenameFactorInput,
): Promise<Factor> {
  return changeFactor(ctx, factorId, async (tx, { person: { userId, sessionId }, factor }) => {
    tx.assign(factor, { name });
    record(ctx, tx, { action: 'renameFactor', actorId: userId, subjectId: userId, sessionId });
    return factor;
  });
}

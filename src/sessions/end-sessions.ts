import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { DISTRUST_DEVICES } from './trusted-devices.js';

export interface Ending {
  userId: string;
  /** All but this one. */
  exceptId?: string | undefined;
}

/**
 * Marks sessions as ended in the caller's transaction. No device of the user stays trusted.
 * @returns the ids of those that were live; hand them to `revocations.denySessions` once the transaction has committed
 */
export async function endSessions(
  { clock }: Needs<'clock'>,
  em: EntityManager,
  { userId, exceptId }: Ending,
): Promise<string[]> {
  const rows = await sqlIn(em)<{ id: string }>('end-sessions', END, [clock.forDatabase(), userId, exceptId ?? null]);
  return rows.map(({ id }) => id);
}

// `live` is read when the statement begins, and `ended` waits for the row lock: of two that end the same session at once both
// return it.
const END = `
with live as (
  select id from sessions
   where user_id = $2::uuid and ended_at is null and expires_at > ${nowIn('$1')} and ($3::uuid is null or id <> $3::uuid)
), ended as (
  update sessions set ended_at = ${nowIn('$1')} where id in (select id from live) and ended_at is null
), distrusted as (
  ${DISTRUST_DEVICES('$2::uuid')}
)
select id from live`;

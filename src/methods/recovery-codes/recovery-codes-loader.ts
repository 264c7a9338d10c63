import DataLoader from 'dataloader';
import type { Needs } from '../../context.js';

/** How many recovery codes users have left: one statement for all the users of a request. */
export function recoveryCodesLeft({ sql }: Needs<'sql'>): DataLoader<string, number> {
  return new DataLoader(async (ids) => {
    const rows = await sql<{ id: string; left: number }>('recovery-codes-left', LEFT, [[...ids]]);
    const left = new Map(rows.map((row) => [row.id, row.left]));
    return ids.map((id) => left.get(id) ?? 0);
  });
}

const LEFT = `
select user_id as id, count(*)::int as left from recovery_codes
 where user_id = any($1::uuid[]) and used_at is null group by user_id`;

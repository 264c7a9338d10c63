import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { refuseRows } from '../platform/request-rows.js';
import { DataExport } from './data-export.entity.js';

export const MAX_DATA_EXPORTS = 20;

/** The exports of users, newest first; one statement for all the users of a request. Reads no more rows than the request may still answer. */
export function dataExportsOfUser({ sql, em, pages }: Needs<'sql' | 'em' | 'pages'>): DataLoader<string, DataExport[]> {
  return new DataLoader(async (ids) => {
    const most = Math.max(0, pages.left) + ids.length;
    const rows = await sql<object>('data-exports-of-users', EXPORTS, [[...ids], most + 1]);
    if (rows.length > most) refuseRows(pages, rows.length - ids.length, 'dataExports');
    const exports = rows.map((row) => em.map(DataExport, row));
    return ids.map((id) => exports.filter((one) => one.user.id === id));
  });
}

const EXPORTS = `
select x.* from unnest($1::uuid[]) as u (id) cross join lateral (
  select * from data_exports where user_id = u.id order by requested_at desc, id desc limit ${MAX_DATA_EXPORTS}
) x
 order by x.requested_at desc, x.id desc limit $2`;

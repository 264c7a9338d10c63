import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { refuseRows } from '../platform/request-rows.js';
import { ApiKey } from './api-key.entity.js';

/** Revoked keys are listed until they are purged: a script that creates and revokes them must not cause answers of megabytes. */
export const MAX_API_KEYS = 100;

/**
 * The keys of users, newest first, 100 at most; one statement for all the users of a request. Reads no more rows than the request may still
 * answer.
 */
export function apiKeysOfUser({ sql, em, pages }: Needs<'sql' | 'em' | 'pages'>): DataLoader<string, ApiKey[]> {
  return new DataLoader(async (ids) => {
    const most = Math.max(0, pages.left) + ids.length;
    const rows = await sql<object>('api-keys-of-users', KEYS, [[...ids], most + 1]);
    if (rows.length > most) refuseRows(pages, rows.length - ids.length, 'apiKeys');
    const keys = rows.map((row) => em.map(ApiKey, row));
    return ids.map((id) => keys.filter((key) => key.user.id === id));
  });
}

// Valid keys come first: a stolen one must not be pushed off the list.
const KEYS = `
select k.* from unnest($1::uuid[]) as u (id) cross join lateral (
  select * from api_keys where user_id = u.id
   order by revoked_at is not null, created_at desc, id desc limit ${MAX_API_KEYS}
) k
 order by k.created_at desc, k.id desc limit $2`;

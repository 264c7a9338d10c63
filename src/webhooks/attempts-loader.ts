import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { refuseRows } from '../platform/request-rows.js';
import { WebhookAttempt } from './webhook-attempt.entity.js';

/** For one delivery: the attempts of its last schedule, and of some earlier ones. */
const MAX_ATTEMPTS = 50;

/**
 * The attempts of deliveries, oldest first; one statement for all the deliveries of a request. Reads no more rows than the request may
 * still answer.
 */
export function attemptsOfDelivery({
  sql,
  em,
  pages,
}: Needs<'sql' | 'em' | 'pages'>): DataLoader<string, WebhookAttempt[]> {
  return new DataLoader(async (ids) => {
    const most = Math.max(0, pages.left) + ids.length;
    const rows = await sql<object>('attempts-of-deliveries', ATTEMPTS, [[...ids], most + 1]);
    if (rows.length > most) refuseRows(pages, rows.length - ids.length, 'attempts');
    const attempts = rows.map((row) => em.map(WebhookAttempt, row));
    return ids.map((id) => attempts.filter((attempt) => attempt.delivery.id === id));
  });
}

const ATTEMPTS = `
select a.* from unnest($1::uuid[]) as d (id) cross join lateral (
  select * from webhook_attempts where delivery_id = d.id order by at desc, id desc limit ${MAX_ATTEMPTS}
) a
 order by a.at, a.id limit $2`;

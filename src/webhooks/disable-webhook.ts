import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Mailing, Needs } from '../context.js';
import { sqlIn } from '../platform/database.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import { ADMIN } from '../roles/permissions.js';
import type { ClaimedDelivery, DueWebhook } from './claim-deliveries.js';
import { webhookDisabled } from './webhook-disabled.mail.js';

/** The most mails about one webhook: many users may hold the permission. */
const MAX_MAILS = 20;

export type Disabling = Needs<Mailing | 'log'> & { em: EntityManager };

/** Sends it nothing more until an administrator enables it; those who can do so get one mail. Waiting events are kept. */
export async function disableWebhook(
  ctx: Disabling,
  { webhookId, url }: DueWebhook,
  { id }: ClaimedDelivery,
  reason: string,
): Promise<void> {
  const disabled = await ctx.em.fork().transactional(async (tx) => {
    const sql = sqlIn(tx);
    const changed = await sql('disable-webhook', DISABLE, [webhookId, reason, url]);
    if (changed.length === 0) return false;
    const origin = { clock: ctx.clock, request: { id, ipAddress: null, userAgent: null } };
    record(origin, tx, { action: 'disableWebhook', details: { webhook: webhookId } });
    const recipients = await sql<{ email: string; locale: string | null }>('webhook-writers', WRITERS, [ADMIN]);
    const params = { webhook: hostOf(url), reason, at: ctx.clock.now().toISOString() };
    for (const { email: to, locale } of recipients)
      await enqueueMail({ ...ctx, em: tx }, { mail: webhookDisabled, to, locale, app: null, params });
    return true;
  });
  if (disabled) ctx.log.error({ webhook: webhookId, reason }, 'a webhook was disabled');
}

/** The path and the query may hold secrets of the receiver. */
function hostOf(url: string): string {
  return new URL(url).host;
}

// If its address has changed meanwhile, it stays enabled.
const DISABLE = `
update webhooks set enabled = false, disabled_reason = $2::varchar where id = $1::uuid and enabled and url = $3::text returning id`;

const WRITERS = `
select u.email, u.locale from users u
 where u.suspended_at is null and u.deleted_at is null and u.email_verified_at is not null and exists (
   select from user_roles ur join roles r on r.name = ur.role_name
    where ur.user_id = u.id and (r.name = $1::varchar or 'webhooks:write' = any(r.permissions)))
 order by u.created_at, u.id limit ${MAX_MAILS}`;

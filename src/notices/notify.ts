import type { EntityManager } from '@mikro-orm/postgresql';
import type { Mailing, Needs } from '../context.js';
import { deviceName } from '../platform/device-name.js';
import type { MailDefinition } from '../platform/mail/define-mail.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import type { User } from '../users/user.entity.js';
import type { NoticeParams } from './define-notice.js';

/** Mails a notice to the user's current address, in the caller's transaction. Greets by name only if the address is verified. */
export function notify<Params extends NoticeParams>(
  ctx: Needs<Mailing | 'request'>,
  em: EntityManager,
  user: User,
  mail: MailDefinition<Params>,
  ...[more]: NoticeParams extends Params ? [] : [Omit<Params, keyof NoticeParams> & { device?: null }]
): Promise<void> {
  const { email: to, locale } = user;
  const name = user.emailVerifiedAt ? user.displayName : null;
  const what = { name, device: deviceName(ctx.request.userAgent), at: ctx.clock.now().toISOString() };
  return enqueueMail(
    { ...ctx, em },
    { mail, to, locale, app: ctx.request.app, params: { ...what, ...more } as unknown as Params },
  );
}

/**
 * The same for events that one user can cause repeatedly, such as sign-ins: a few an hour of each kind, since a single account could
 * otherwise use up the limit for all mail (`mail.global`). Never refuses the operation it reports.
 */
export async function notifyThrottled(
  ctx: Parameters<typeof notify>[0] & Needs<'limits'>,
  em: EntityManager,
  user: User,
  mail: MailDefinition<NoticeParams>,
): Promise<void> {
  if (await ctx.limits.allows('notice.account', `${mail.name} ${user.id}`)) await notify(ctx, em, user, mail);
}

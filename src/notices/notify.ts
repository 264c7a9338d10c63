import type { EntityManager } from '@mikro-orm/postgresql';
import type { Mailing, Needs } from '../context.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import type { MailName, MailParams } from '../platform/mail/templates.js';
import type { NoticeParams } from '../platform/mail/templates/notice.js';
import { deviceName } from '../platform/device-name.js';
import type { User } from '../users/user.entity.js';

/** The mails that tell of something that happened to an account. */
type NoticeName = { [Name in MailName]: MailParams<Name> extends NoticeParams ? Name : never }[MailName];

/** Tells the person, at the address they have now, in the caller's transaction. By name only if the address is verified. */
export function notify<Name extends NoticeName>(
  ctx: Needs<Mailing | 'request'>,
  em: EntityManager,
  user: User,
  template: Name,
  ...[more]: NoticeParams extends MailParams<Name> ? [] : [Omit<MailParams<Name>, keyof NoticeParams>]
): Promise<void> {
  const { email: to, locale } = user;
  const name = user.emailVerifiedAt ? user.displayName : null;
  const what = { name, device: deviceName(ctx.request.userAgent), at: ctx.clock.now().toISOString() };
  return enqueueMail({ ...ctx, em }, { template, to, locale, params: { ...what, ...more } as MailParams<Name> });
}

/**
 * The same for what one person can cause again and again, such as sign-ins: a few an hour of each kind, since a single
 * account could otherwise use up the limit for all mail (`mail.global`). Never refuses the operation that it tells of.
 */
export async function notifyThrottled(
  ctx: Parameters<typeof notify>[0] & Needs<'limits'>,
  em: EntityManager,
  user: User,
  template: 'new-sign-in' | 'refresh-token-reused',
): Promise<void> {
  if (await ctx.limits.allows('notice.account', `${template} ${user.id}`)) await notify(ctx, em, user, template);
}

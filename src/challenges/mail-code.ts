import type { EntityManager } from '@mikro-orm/postgresql';
import type { Issued } from '../challenges/issue-challenge.js';
import type { Needs } from '../context.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import { mailLink } from '../platform/mail/links.js';
import { pickLocale } from '../platform/mail/phrases.js';

/** Sends a challenge's code, and the link to the page that answers it, in the caller's transaction. */
export function mailCode(
  ctx: Needs<'config' | 'clock' | 'jobs' | 'mailKey'>,
  em: EntityManager,
  template: 'verify-email' | 'sign-in-code',
  { challenge, token, code }: Issued,
): Promise<void> {
  const { email: to, locale } = challenge;
  const link = mailLink(ctx.config.publicUrl, 'verify', { challenge: token, code, locale: pickLocale(locale) });
  const minutes = Math.round(ctx.config.otpLifetime / 60_000);
  return enqueueMail({ ...ctx, em }, { template, to, locale, params: { code, link, minutes } });
}

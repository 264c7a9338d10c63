import type { EntityManager } from '@mikro-orm/postgresql';
import type { Mailing, Needs } from '../context.js';
import { User } from '../users/user.entity.js';
import { enqueueDecoy, enqueueMail } from '../platform/mail/enqueue-mail.js';
import { mailLink } from '../platform/mail/links.js';
import { pickLocale } from '../platform/mail/phrases.js';
import { ChallengePurpose } from './challenge.entity.js';
import type { IssuedChallenge } from './issue-challenge.js';

type CodeMail = (typeof MAILS)[ChallengePurpose]['template'];

/** Which mail carries the code of which challenge, and the page its link opens; without a page the code is typed in. */
const MAILS = {
  [ChallengePurpose.VERIFY_EMAIL]: { template: 'verify-email', page: 'verify' },
  [ChallengePurpose.SIGN_IN]: { template: 'sign-in-code', page: null },
  [ChallengePurpose.RESET_PASSWORD]: { template: 'reset-password', page: 'reset-password' },
  [ChallengePurpose.CHANGE_EMAIL]: { template: 'change-email', page: null },
} as const;

/**
 * Sends a challenge's code in the caller's transaction. For a challenge of an unknown address the same rows are written and
 * nothing is sent. If the address of a registration has an owner, a mail tells the owner that they have an account: neither an
 * answer nor its time tells the difference.
 */
export async function mailCode(
  ctx: Needs<Mailing | 'config'>,
  em: EntityManager,
  { challenge, token, code }: IssuedChallenge,
  instead?: CodeMail,
): Promise<void> {
  const { purpose, email: to, locale, user, registration, linked } = challenge;
  const { template, page } = MAILS[purpose];
  const answer = { challenge: token, code, locale: pickLocale(locale) };
  const link = page && linked ? mailLink(ctx.config.publicUrl, page, answer) : '';
  const minutes = Math.round(ctx.config.otpLifetime / 60_000);
  const mail = { template: instead ?? template, to, locale, params: { code, link, minutes } };
  const owner = registration && (await em.findOne(User, { email: to }));
  if (owner) {
    return enqueueMail({ ...ctx, em }, { template: 'already-registered', to, locale: owner.locale, params: {} });
  }
  await (user || registration ? enqueueMail({ ...ctx, em }, mail) : enqueueDecoy({ ...ctx, em }, mail));
}

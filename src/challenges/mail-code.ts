import type { EntityManager } from '@mikro-orm/postgresql';
import type { MailLinkKind } from '../config/mail-links.js';
import type { CodeMailing, Needs } from '../context.js';
import type { MailDefinition } from '../platform/mail/define-mail.js';
import { User } from '../users/user.entity.js';
import { enqueuePlaceholder, enqueueMail } from '../platform/mail/enqueue-mail.js';
import { mailLink } from '../platform/mail/links.js';
import type { ChallengePurpose } from './challenge.entity.js';
import type { CodeParams } from './define-code-mail.js';
import type { IssuedChallenge } from './issue-challenge.js';

/** How the code of one purpose is sent: a row of the feature that requests it. */
export interface CodeMail {
  purpose: ChallengePurpose;
  mail: MailDefinition<CodeParams>;
  /** Null where the code must be typed in. */
  link: MailLinkKind | null;
  /** The mail to the owner of an address if the challenge belongs to a registration of it. */
  forOwner?: MailDefinition;
}

export interface ChallengeServices {
  codeMails: readonly CodeMail[];
}

/**
 * Sends a challenge's code in the caller's transaction. For a challenge of an unknown address the same rows are written and
 * nothing is sent. If the address of a registration has an owner, a mail reminds the owner of the account: neither the answer nor its time
 * shows the difference. A suspended user gets none either: a code could open nothing.
 */
export async function mailCode(
  ctx: Needs<CodeMailing>,
  em: EntityManager,
  { challenge, token, code }: IssuedChallenge,
  instead?: MailDefinition<CodeParams>,
): Promise<void> {
  const { purpose, email: to, locale, app, user, registration, linked } = challenge;
  const sent = ctx.codeMails.find((row) => row.purpose === purpose);
  if (!sent) throw new Error(`no feature sends the code of a challenge of the purpose ${purpose}`);
  const answer = { challenge: token, code };
  const link = sent.link && linked ? mailLink(ctx.config, { kind: sent.link, app, locale, answer }) : '';
  const minutes = Math.round(ctx.config.otpLifetime / 60_000);
  const params = { code, link, minutes, newcomer: user === null };
  const mail = { mail: instead ?? sent.mail, to, locale, app, params };
  const owner = sent.forOwner && registration && (await em.findOne(User, { email: to }));
  if (owner && sent.forOwner) {
    return enqueueMail({ ...ctx, em }, { mail: sent.forOwner, to, locale: owner.locale, app, params: {} });
  }
  const receives = user ? !user.suspendedAt : registration && !owner;
  await (receives ? enqueueMail({ ...ctx, em }, mail) : enqueuePlaceholder({ ...ctx, em }, mail));
}

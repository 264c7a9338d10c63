import type { EntityManager } from '@mikro-orm/postgresql';
import type { CodeMailing, Needs } from '../context.js';
import { pickLocale } from '../platform/locales.js';
import type { MailDefinition } from '../platform/mail/define-mail.js';
import { enqueueDecoy, enqueueMail } from '../platform/mail/enqueue-mail.js';
import { mailLink } from '../platform/mail/links.js';
import type { ChallengePurpose } from './challenge.entity.js';
import type { IssuedChallenge } from './issue-challenge.js';

/** How the code of one purpose is sent: a row of the feature that asks for the code. */
export interface CodeMail {
  purpose: ChallengePurpose;
  mail: MailDefinition<CodeParams>;
  /** The page that the link in the mail opens; null where the code is typed in. */
  page: string | null;
  /** What the owner of an address is sent when the challenge is a decoy's. */
  forDecoy?: MailDefinition;
}

export interface ChallengeServices {
  codeMails: readonly CodeMail[];
}

/** What every such mail is told. Those whose row has a page are told the `link` to it too. */
interface CodeParams {
  code: string;
  minutes: number;
}

/**
 * Sends a challenge's code in the caller's transaction. For a challenge of an unknown address the same rows are written and
 * nothing is sent, and for a decoy's the owner of the address is told that they have an account: neither an answer nor its
 * time tells the difference.
 */
export async function mailCode(
  ctx: Needs<CodeMailing>,
  em: EntityManager,
  { challenge, token, code }: IssuedChallenge,
  instead?: MailDefinition<CodeParams>,
): Promise<void> {
  const { purpose, email: to, locale, user, linked } = challenge;
  const sent = ctx.codeMails.find((row) => row.purpose === purpose);
  if (!sent) throw new Error(`no feature sends the code of a challenge of the purpose ${purpose}`);
  const answer = { challenge: token, code, locale: pickLocale(locale) };
  const link = sent.page && linked ? mailLink(ctx.config.publicUrl, sent.page, answer) : '';
  const minutes = Math.round(ctx.config.otpLifetime / 60_000);
  const mail = { mail: instead ?? sent.mail, to, locale, params: { code, link, minutes } };
  if (user?.decoy && sent.forDecoy) return enqueueMail({ ...ctx, em }, { mail: sent.forDecoy, to, locale, params: {} });
  await (user && !user.decoy ? enqueueMail({ ...ctx, em }, mail) : enqueueDecoy({ ...ctx, em }, mail));
}

import { type Block, type Fact, facts, greeting, paragraph } from '../platform/mail/blocks.js';
import { defineMail, type MailDefinition } from '../platform/mail/define-mail.js';

export interface NoticeParams {
  name?: string | null;
  device?: string | null;
  /** ISO 8601. */
  at: string;
}

/** A mail that reports what happened to an account. Its phrases: `subject`, `intro`, `todo`, `notYou`. */
export function defineNotice(notice: Pick<MailDefinition, 'name' | 'phrases'>): MailDefinition<NoticeParams> {
  return defineMail({ ...notice, blocks: (mail) => noticeBlocks(mail), sample: NOTICE_SAMPLE });
}

/** What happened, on which device and when, and what to do about it if it was not the reader (OWASP ASVS 6.3.7). */
export function noticeBlocks(mail: NoticeParams, ...more: Fact[]): Block[] {
  return [
    greeting(mail.name),
    paragraph('intro'),
    facts({ key: 'device', text: mail.device ?? undefined }, { key: 'when', at: mail.at }, ...more),
    paragraph('todo'),
    paragraph('notYou'),
  ];
}

export const NOTICE_SAMPLE: NoticeParams = {
  name: 'Ada Lovelace',
  device: 'Firefox on Linux',
  at: '2026-11-20T14:03:00.000Z',
};

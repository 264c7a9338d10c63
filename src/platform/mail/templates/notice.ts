import { facts, greeting, type MailTemplate, say } from '../template.js';

export interface NoticeParams {
  name?: string | null;
  device?: string | null;
  /** ISO 8601. */
  at: string;
}

/** What happened, on which device and when, and what to do about it if it was not the reader (OWASP ASVS 6.3.7). */
export const notice: MailTemplate<NoticeParams> = {
  blocks: (mail) => [
    greeting(mail.name),
    say('intro'),
    facts({ key: 'device', text: mail.device ?? undefined }, { key: 'when', at: mail.at }),
    say('todo'),
    say('notYou'),
  ],
  sample: { name: 'Ada Lovelace', device: 'Firefox on Linux', at: '2026-11-20T14:03:00.000Z' },
};

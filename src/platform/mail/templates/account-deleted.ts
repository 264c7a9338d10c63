import { facts, greeting, type MailTemplate, say } from '../template.js';
import { notice, type NoticeParams } from './notice.js';

export interface AccountDeletedParams extends NoticeParams {
  /** ISO 8601: until then an administrator can bring it back. */
  purgeAfter: string;
}

export const accountDeleted: MailTemplate<AccountDeletedParams> = {
  blocks: (mail) => [
    greeting(mail.name),
    say('intro'),
    facts(
      { key: 'device', text: mail.device ?? undefined },
      { key: 'when', at: mail.at },
      { key: 'purgeAfter', at: mail.purgeAfter },
    ),
    say('todo'),
    say('notYou'),
  ],
  sample: { ...notice.sample, purgeAfter: '2026-12-20T14:03:00.000Z' },
};

import { button, greeting, type MailTemplate, say } from '../template.js';
import { notice, type NoticeParams } from './notice.js';

export interface EmailChangedParams extends NoticeParams {
  /** To the page that takes the change back. */
  link: string;
  days: number;
}

/** To the address the account had: its owner can undo what a thief of session and password did. */
export const emailChanged: MailTemplate<EmailChangedParams> = {
  blocks: (mail, site) => [
    greeting(mail.name),
    ...notice.blocks(mail, site).filter(({ kind }) => kind !== 'greeting'),
    button('button', mail.link),
    say('until', { count: mail.days }),
  ],
  sample: { ...notice.sample, link: 'https://auth.example.com/undo-email-change?change=sample&lang=en', days: 7 },
};

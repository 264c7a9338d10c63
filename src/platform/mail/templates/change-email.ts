import { code, greeting, type MailTemplate, note, say } from '../template.js';

export interface ChangeEmailParams {
  code: string;
  minutes: number;
}

/** To the new address, which may be a stranger's: no name, and no link that a stranger could press. */
export const changeEmail: MailTemplate<ChangeEmailParams> = {
  blocks: (mail) => [
    greeting(),
    say('intro'),
    code(mail.code),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: { code: '4830175', minutes: 10 },
};

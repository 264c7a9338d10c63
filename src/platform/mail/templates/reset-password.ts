import { button, code, greeting, type MailTemplate, note, say } from '../template.js';

export interface ResetPasswordParams {
  code: string;
  link: string;
  minutes: number;
}

/** Anyone who types the address can ask for it: without the code nothing happens. */
export const resetPassword: MailTemplate<ResetPasswordParams> = {
  blocks: (mail) => [
    greeting(),
    say('intro'),
    code(mail.code),
    say('or'),
    button('button', mail.link),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: {
    code: '4830175',
    link: 'https://auth.example.com/reset-password?challenge=sample&code=4830175&lang=en',
    minutes: 10,
  },
};

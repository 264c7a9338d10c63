import { button, code, greeting, type MailTemplate, note, say } from '../template.js';

export interface VerifyEmailParams {
  code: string;
  /** Empty where the code alone must do. */
  link: string;
  minutes: number;
}

/** Verifies the address of a new account. Not by name: the address may be a stranger's. */
export const verifyEmail: MailTemplate<VerifyEmailParams> = {
  blocks: (mail) => [
    greeting(),
    say('intro'),
    code(mail.code),
    ...(mail.link ? [say('or'), button('button', mail.link)] : []),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: {
    code: '4830175',
    link: 'https://auth.example.com/verify?challenge=sample&code=4830175&lang=en',
    minutes: 10,
  },
};

import { code, greeting, type MailTemplate, note, say } from '../template.js';

export interface SignInCodeParams {
  code: string;
  minutes: number;
}

/** Sent when a sign-in needs the address verified. The reader should know that the password was right. */
export const signInCode: MailTemplate<SignInCodeParams> = {
  blocks: (mail) => [
    greeting(),
    say('intro'),
    code(mail.code),
    note('expires', { count: mail.minutes }),
    note('notYou'),
  ],
  sample: { code: '4830175', minutes: 10 },
};

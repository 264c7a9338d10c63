import { code, greeting, type MailTemplate, note, say } from '../template.js';

export interface SignInCodeParams {
  code: string;
  minutes: number;
}

/** Sent when a sign-in needs the address proved. Somebody knew the password, which the reader should hear. */
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

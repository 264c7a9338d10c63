import { button, code, greeting, type MailTemplate, note, say } from '../template.js';

export interface SignInCodeParams {
  code: string;
  link?: string | undefined;
  minutes: number;
}

/** Sent when a sign-in needs the address proved. Somebody knew the password, which the reader should hear. */
export const signInCode: MailTemplate<SignInCodeParams> = {
  blocks: (mail) => [
    greeting(),
    say('intro'),
    code(mail.code),
    ...(mail.link ? [say('or'), button('button', mail.link)] : []),
    note('expires', { count: mail.minutes }),
    note('notYou'),
  ],
  sample: {
    code: '4830175',
    link: 'https://auth.example.com/verify?challenge=sample&code=4830175&lang=en',
    minutes: 10,
  },
};

import { code, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface SignInCodeParams {
  code: string;
  minutes: number;
}

/** Sent when a sign-in needs the address verified. The reader should know that the password was right. */
export const signInCode = defineMail<SignInCodeParams>({
  name: 'sign-in-code',
  awaited: true,
  blocks: (mail) => [
    greeting(),
    paragraph('intro'),
    code(mail.code),
    note('expires', { count: mail.minutes }),
    note('notYou'),
  ],
  sample: { code: '4830175', minutes: 10 },
  phrases: {
    en: {
      subject: 'Your sign-in code for {{product}}',
      intro: 'Enter this code to go on signing in to {{product}}:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      notYou:
        'You are not signing in? Then someone else knows your password. Do not give the code to anyone, and change the password.',
    },
    de: {
      subject: 'Ihr Anmeldecode für {{product}}',
      intro: 'Geben Sie diesen Code ein, um sich bei {{product}} anzumelden:',
      expires_one: 'Der Code gilt einmalig und eine Minute lang.',
      expires_other: 'Der Code gilt einmalig und {{count}} Minuten lang.',
      notYou:
        'Sie wollen sich gerade nicht anmelden? Dann kennt eine andere Person Ihr Passwort. Geben Sie den Code nicht weiter, und ändern Sie Ihr Passwort.',
    },
  },
});

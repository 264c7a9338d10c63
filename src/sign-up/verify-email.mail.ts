import { button, code, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface VerifyEmailParams {
  code: string;
  /** Empty where the code alone must do. */
  link: string;
  minutes: number;
}

/** Verifies the address of a new account. Not by name: the address may be a stranger's. */
export const verifyEmail = defineMail<VerifyEmailParams>({
  name: 'verify-email',
  awaited: true,
  blocks: (mail) => [
    greeting(),
    paragraph('intro'),
    code(mail.code),
    ...(mail.link ? [paragraph('or'), button('button', mail.link)] : []),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: {
    code: '4830175',
    link: 'https://auth.example.com/verify?challenge=sample&code=4830175&lang=en',
    minutes: 10,
  },
  phrases: {
    en: {
      subject: 'Confirm your e-mail address for {{product}}',
      intro: 'Enter this code to finish opening your account at {{product}}:',
      or: 'Or confirm with one click:',
      button: 'Confirm e-mail address',
      expires_one: 'Code and link work once, for one minute.',
      expires_other: 'Code and link work once, for {{count}} minutes.',
      ignore: 'You did not open an account? Then ignore this mail: without the code nothing happens.',
    },
    de: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {{product}}',
      intro: 'Geben Sie diesen Code ein, um die Eröffnung Ihres Kontos bei {{product}} abzuschließen:',
      or: 'Oder bestätigen Sie Ihre Adresse mit einem Klick:',
      button: 'E-Mail-Adresse bestätigen',
      expires_one: 'Code und Link gelten einmalig und eine Minute lang.',
      expires_other: 'Code und Link gelten einmalig und {{count}} Minuten lang.',
      ignore: 'Sie haben kein Konto eröffnet? Dann ignorieren Sie diese E-Mail. Ohne den Code passiert nichts.',
    },
  },
});

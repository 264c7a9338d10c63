import { button, code, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface SignInByCodeParams {
  code: string;
  /** To the page of the application, which asks for a press of a button. Empty without APP_URL. */
  link: string;
  minutes: number;
  /** The address has no account: the code opens one. */
  newcomer: boolean;
}

/** Anyone who types the address can ask for it: without the code nothing happens. Not by name: the address may be a stranger's. */
export const signInByCode = defineMail<SignInByCodeParams>({
  name: 'sign-in-by-code',
  awaited: true,
  blocks: (mail) => [
    greeting(),
    paragraph(mail.newcomer ? 'newcomer' : 'intro'),
    code(mail.code),
    ...(mail.link ? [paragraph('or'), button('button', mail.link)] : []),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: {
    code: '4830175',
    link: 'https://app.example.com/#challenge=sample&code=4830175',
    minutes: 10,
    newcomer: false,
  },
  phrases: {
    en: {
      subject: 'Your code to sign in to {{product}}',
      intro: 'Enter this code to sign in to {{product}}:',
      newcomer:
        'There is no account at {{product}} with this e-mail address yet. Enter this code to open one and to sign in:',
      or: 'Or sign in on the device on which you read this mail:',
      button: 'Sign in',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      ignore:
        'You did not ask for this? Then ignore this mail and do not give the code to anyone: without it no one gets in.',
    },
    de: {
      subject: 'Ihr Code zur Anmeldung bei {{product}}',
      intro: 'Geben Sie diesen Code ein, um sich bei {{product}} anzumelden:',
      newcomer:
        'Mit dieser E-Mail-Adresse gibt es bei {{product}} noch kein Konto. Geben Sie diesen Code ein, um eines zu eröffnen und sich anzumelden:',
      or: 'Oder melden Sie sich auf dem Gerät an, auf dem Sie diese E-Mail lesen:',
      button: 'Anmelden',
      expires_one: 'Der Code gilt einmalig und eine Minute lang.',
      expires_other: 'Der Code gilt einmalig und {{count}} Minuten lang.',
      ignore:
        'Sie haben keinen Code angefordert? Dann ignorieren Sie diese E-Mail, und geben Sie den Code nicht weiter. Ohne ihn kann sich niemand anmelden.',
    },
  },
});

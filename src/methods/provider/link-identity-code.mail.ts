import { code, greeting, note, paragraph } from '../../platform/mail/blocks.js';
import { defineMail } from '../../platform/mail/define-mail.js';

interface LinkIdentityCodeParams {
  code: string;
  minutes: number;
}

/** Sent when someone signs in by a provider that names this address. Not by name: the address may be a stranger's. */
export const linkIdentityCode = defineMail<LinkIdentityCodeParams>({
  name: 'link-identity-code',
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
      subject: 'Your code for signing in to {{product}}',
      intro:
        'Someone, perhaps you, signs in to {{product}} with an account at another service that has this e-mail address. Enter this code to connect it and to sign in:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      notYou: 'It was not you? Then ignore this mail, and give the code to no one: without it nothing is connected.',
    },
    de: {
      subject: 'Ihr Code für die Anmeldung bei {{product}}',
      intro:
        'Jemand – vielleicht Sie selbst – meldet sich bei {{product}} mit einem Konto bei einem anderen Dienst an, das diese E-Mail-Adresse hat. Geben Sie diesen Code ein, um es zu verbinden und sich anzumelden:',
      expires_one: 'Er gilt einmalig und eine Minute lang.',
      expires_other: 'Er gilt einmalig und {{count}} Minuten lang.',
      notYou:
        'Das waren nicht Sie? Dann ignorieren Sie diese E-Mail, und geben Sie den Code nicht weiter. Ohne ihn wird nichts verbunden.',
    },
  },
});

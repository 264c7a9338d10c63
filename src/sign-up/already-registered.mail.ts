import { button, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

/** The owner of a taken address hears of the attempt; the one who tried learns nothing (OWASP ASVS 6.3.8). */
export const alreadyRegistered = defineMail<object>({
  name: 'already-registered',
  // Sent in the place of a code, so that the two cannot be told apart.
  awaited: true,
  blocks: (_mail, { appUrl }) => [
    greeting(),
    paragraph('intro'),
    paragraph('instead'),
    ...(appUrl ? [button('button', appUrl)] : []),
    note('notYou'),
  ],
  sample: {},
  phrases: {
    en: {
      subject: 'You already have an account at {{product}}',
      intro:
        'Someone, perhaps you, tried to open an account at {{product}} with this e-mail address. It already has one.',
      instead: 'Sign in as usual. If you have forgotten the password, ask for a new one where you sign in.',
      button: 'Go to the sign-in',
      notYou: 'It was not you? There is nothing to do: no one got in, and nothing was changed.',
    },
    de: {
      subject: 'Sie haben bereits ein Konto bei {{product}}',
      intro:
        'Jemand – vielleicht Sie selbst – wollte mit dieser E-Mail-Adresse ein Konto bei {{product}} eröffnen. Es gibt bereits ein Konto mit dieser Adresse.',
      instead:
        'Melden Sie sich wie gewohnt an. Wenn Sie Ihr Passwort vergessen haben, fordern Sie bei der Anmeldung ein neues an.',
      button: 'Zur Anmeldung',
      notYou:
        'Das waren nicht Sie? Dann müssen Sie nichts tun: Niemand hat Zugriff auf Ihr Konto erhalten, und es wurde nichts geändert.',
    },
  },
});

import { button, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

/** The same where no user signs in by password. It holds no secret: the reader asks for a code where they sign in. */
export const invitationByCode = defineMail<object>({
  name: 'invitation-by-code',
  blocks: (_mail, { appUrl }) => [
    greeting(),
    paragraph('intro'),
    ...(appUrl ? [button('button', appUrl)] : []),
    note('ignore'),
  ],
  sample: {},
  phrases: {
    en: {
      subject: 'You are invited to {{product}}',
      intro:
        'An account at {{product}} was made for you with this e-mail address. To sign in, enter the address there: a code is then sent to you.',
      button: 'Go to the sign-in',
      ignore:
        'You do not want the account? Then ignore this mail: no one can use it without the mails to this address.',
    },
    de: {
      subject: 'Sie sind zu {{product}} eingeladen',
      intro:
        'Für Sie wurde mit dieser E-Mail-Adresse ein Konto bei {{product}} angelegt. Um sich anzumelden, geben Sie dort die Adresse ein. Sie erhalten dann einen Code.',
      button: 'Zur Anmeldung',
      ignore:
        'Sie möchten das Konto nicht? Dann ignorieren Sie diese E-Mail. Ohne die E-Mails an diese Adresse kann niemand das Konto benutzen.',
    },
  },
});

import { button, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface InvitationParams {
  link: string;
  days: number;
}

/** An administrator made an account for the reader, who chooses the password. Not by name: the address is not verified. */
export const invitation = defineMail<InvitationParams>({
  name: 'invitation',
  blocks: (mail) => [
    greeting(),
    paragraph('intro'),
    button('button', mail.link),
    note('expires', { count: mail.days }),
    note('ignore'),
  ],
  sample: { link: 'https://auth.example.com/accept-invitation?challenge=sample&code=sample&lang=en', days: 7 },
  phrases: {
    en: {
      subject: 'You are invited to {{product}}',
      intro:
        'An account at {{product}} was made for you with this e-mail address. Choose a password, and you can sign in:',
      button: 'Choose a password',
      expires_one: 'The link works once, for one day. After that, ask for a new password where you sign in.',
      expires_other: 'The link works once, for {{count}} days. After that, ask for a new password where you sign in.',
      ignore: 'You do not want the account? Then ignore this mail: without a password no one can use it.',
    },
    de: {
      subject: 'Sie sind zu {{product}} eingeladen',
      intro:
        'Für Sie wurde mit dieser E-Mail-Adresse ein Konto bei {{product}} angelegt. Wählen Sie ein Passwort, um sich anzumelden:',
      button: 'Passwort wählen',
      expires_one:
        'Der Link gilt einmalig und einen Tag lang. Danach können Sie bei der Anmeldung ein neues Passwort anfordern.',
      expires_other:
        'Der Link gilt einmalig und {{count}} Tage lang. Danach können Sie bei der Anmeldung ein neues Passwort anfordern.',
      ignore:
        'Sie möchten das Konto nicht? Dann ignorieren Sie diese E-Mail. Ohne Passwort kann niemand das Konto benutzen.',
    },
  },
});

import { button, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

/** The invitation where users do not sign in by password. It holds no secret: the reader requests a code at the sign-in. */
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
        'An account at {{product}} was created for you with this e-mail address. To sign in, enter the address there, and we send you a code.',
      button: 'Go to the sign-in',
      ignore: 'If you do not want the account, ignore this mail: no one can use it without the mails to this address.',
    },
    de: {
      subject: 'Sie sind zu {{product}} eingeladen',
      intro:
        'Für Sie wurde mit dieser E-Mail-Adresse ein Konto bei {{product}} angelegt. Um sich anzumelden, geben Sie dort die Adresse ein. Sie erhalten dann einen Code.',
      button: 'Zur Anmeldung',
      ignore:
        'Sie möchten das Konto nicht? Dann ignorieren Sie diese E-Mail. Ohne die E-Mails an diese Adresse kann niemand das Konto benutzen.',
    },
    fr: {
      subject: 'Vous êtes invité à rejoindre {{product}}',
      intro:
        'Un compte sur {{product}} a été créé pour vous avec cette adresse e-mail. Pour vous connecter, saisissez-y cette adresse : un code vous sera alors envoyé.',
      button: 'Aller à la connexion',
      ignore:
        'Vous ne voulez pas de ce compte ? Alors ignorez cet e-mail : sans les e-mails envoyés à cette adresse, personne ne peut l’utiliser.',
    },
    es: {
      subject: 'Le han invitado a {{product}}',
      intro:
        'Se ha creado para usted una cuenta en {{product}} con esta dirección de correo electrónico. Para iniciar sesión, introduzca allí la dirección: entonces se le enviará un código.',
      button: 'Ir al inicio de sesión',
      ignore:
        '¿No quiere la cuenta? Entonces ignore este correo: sin los correos a esta dirección nadie puede utilizarla.',
    },
  },
});

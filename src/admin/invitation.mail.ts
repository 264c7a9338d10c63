import { button, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface InvitationParams {
  link: string;
  days: number;
}

/** An administrator created an account for the reader, who chooses the password. Names no one, since the address is not verified. */
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
        'An account at {{product}} was created for you with this e-mail address. Choose a password, and you can sign in:',
      button: 'Choose a password',
      expires_one: 'The link works once, for one day. After that, ask for a new password where you sign in.',
      expires_other: 'The link works once, for {{count}} days. After that, ask for a new password where you sign in.',
      ignore: 'If you do not want the account, ignore this mail: without a password no one can use it.',
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
    fr: {
      subject: 'Vous êtes invité à rejoindre {{product}}',
      intro:
        'Un compte sur {{product}} a été créé pour vous avec cette adresse e-mail. Choisissez un mot de passe, et vous pourrez vous connecter :',
      button: 'Choisir un mot de passe',
      expires_one:
        'Le lien est valable une seule fois, pendant un jour. Ensuite, demandez un nouveau mot de passe à la connexion.',
      expires_other:
        'Le lien est valable une seule fois, pendant {{count}} jours. Ensuite, demandez un nouveau mot de passe à la connexion.',
      ignore:
        'Vous ne voulez pas de ce compte ? Alors ignorez cet e-mail : sans mot de passe, personne ne peut l’utiliser.',
    },
    es: {
      subject: 'Le han invitado a {{product}}',
      intro:
        'Se ha creado para usted una cuenta en {{product}} con esta dirección de correo electrónico. Elija una contraseña y podrá iniciar sesión:',
      button: 'Elegir una contraseña',
      expires_one:
        'El enlace es válido una sola vez, durante un día. Después, solicite una contraseña nueva al iniciar sesión.',
      expires_other:
        'El enlace es válido una sola vez, durante {{count}} días. Después, solicite una contraseña nueva al iniciar sesión.',
      ignore: '¿No quiere la cuenta? Entonces ignore este correo: sin contraseña nadie puede utilizarla.',
    },
  },
});

import { button, facts, greeting, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface DataExportReadyParams {
  name: string | null;
  /** ISO 8601. */
  expiresAt: string;
}

/** Leads to the application and not to the file: others may read the mail, and the file is for the user after a sign-in. */
export const dataExportReady = defineMail<DataExportReadyParams>({
  name: 'data-export-ready',
  blocks: (mail, { appUrl }) => [
    greeting(mail.name),
    paragraph('intro'),
    facts({ key: 'expiresAt', at: mail.expiresAt }),
    paragraph('todo'),
    ...(appUrl === undefined ? [] : [button('open', appUrl)]),
    paragraph('notYou'),
  ],
  sample: { name: 'Ada Lovelace', expiresAt: '2026-11-27T14:03:00.000Z' },
  phrases: {
    en: {
      subject: 'Your data from {{product}} is ready',
      intro: 'The copy of your data at {{product}} that you asked for is ready.',
      facts: { expiresAt: 'Can be downloaded until' },
      todo: 'Sign in and download it in the settings of your account. After that time the file is deleted, and you can ask for another one.',
      open: 'Sign in',
      notYou:
        'If you did not ask for it, someone else is using your account. Choose a new password now: that ends every session, and without a session the file cannot be downloaded.',
    },
    de: {
      subject: 'Ihre Daten von {{product}} liegen bereit',
      intro: 'Die angeforderte Kopie Ihrer Daten bei {{product}} liegt bereit.',
      facts: { expiresAt: 'Herunterladen möglich bis' },
      todo: 'Melden Sie sich an, und laden Sie die Datei in den Einstellungen Ihres Kontos herunter. Danach wird sie gelöscht, und Sie können eine neue anfordern.',
      open: 'Anmelden',
      notYou:
        'Sie haben sie nicht angefordert? Dann benutzt eine andere Person Ihr Konto. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet, und ohne Anmeldung lässt sich die Datei nicht herunterladen.',
    },
    fr: {
      subject: 'Vos données de {{product}} sont prêtes',
      intro: 'La copie de vos données sur {{product}} que vous avez demandée est prête.',
      facts: { expiresAt: 'Téléchargeable jusqu’au' },
      todo: 'Connectez-vous et téléchargez-la dans les paramètres de votre compte. Passé ce délai, le fichier est supprimé et vous pouvez en demander un autre.',
      open: 'Se connecter',
      notYou:
        'Vous ne l’avez pas demandée ? Alors quelqu’un d’autre utilise votre compte. Choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils, et sans session le fichier ne peut pas être téléchargé.',
    },
    es: {
      subject: 'Sus datos de {{product}} están listos',
      intro: 'La copia de sus datos en {{product}} que solicitó está lista.',
      facts: { expiresAt: 'Se puede descargar hasta el' },
      todo: 'Inicie sesión y descárguela en los ajustes de su cuenta. Después el archivo se elimina y puede solicitar otro.',
      open: 'Iniciar sesión',
      notYou:
        '¿No la ha solicitado usted? Entonces otra persona utiliza su cuenta. Elija ahora una contraseña nueva: así se cierran todas las sesiones, y sin una sesión no se puede descargar el archivo.',
    },
  },
});

import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';

export interface FactorParams extends NoticeParams {
  /** The name that the user gave it. */
  factor: string;
}

export const factorAdded = defineMail<FactorParams>({
  name: 'factor-added',
  blocks: (mail) => noticeBlocks(mail, { key: 'factor', text: mail.factor }),
  sample: { ...NOTICE_SAMPLE, factor: 'Phone' },
  phrases: {
    en: {
      subject: 'A sign-in factor was added to your account at {{product}}',
      intro: 'A new factor to sign in with was added to your account at {{product}}.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else can sign in to your account. Choose a new password now: that ends every session. Then remove the factor in the settings of your account.',
      facts: { factor: 'Factor' },
    },
    de: {
      subject: 'Zu Ihrem Konto bei {{product}} wurde ein Anmeldefaktor hinzugefügt',
      intro: 'Zu Ihrem Konto bei {{product}} wurde ein neuer Faktor für die Anmeldung hinzugefügt.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kann sich eine andere Person mit Ihrem Konto anmelden. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet. Entfernen Sie danach den Faktor in den Einstellungen Ihres Kontos.',
      facts: { factor: 'Faktor' },
    },
    fr: {
      subject: 'Un facteur de connexion a été ajouté à votre compte sur {{product}}',
      intro: 'Un nouveau facteur de connexion a été ajouté à votre compte sur {{product}}.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre peut se connecter à votre compte. Choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils. Supprimez ensuite le facteur dans les paramètres de votre compte.',
      facts: {
        factor: 'Facteur',
      },
    },
    es: {
      subject: 'Se ha añadido un factor de inicio de sesión a su cuenta en {{product}}',
      intro: 'Se ha añadido un nuevo factor de inicio de sesión a su cuenta en {{product}}.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona puede iniciar sesión con su cuenta. Elija ahora una contraseña nueva: así se cierra la sesión en todos los dispositivos. Después elimine el factor en los ajustes de su cuenta.',
      facts: {
        factor: 'Factor',
      },
    },
  },
});

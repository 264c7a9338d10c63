import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';

export interface IdentityParams extends NoticeParams {
  /** The name of the provider, as configured. */
  provider: string;
}

export const identityLinked = defineMail<IdentityParams>({
  name: 'identity-linked',
  blocks: (mail) => noticeBlocks(mail, { key: 'provider', text: mail.provider }),
  sample: { ...NOTICE_SAMPLE, provider: 'Google' },
  phrases: {
    en: {
      subject: 'Another way to sign in was added to your account at {{product}}',
      intro: 'Your account at {{product}} was connected with an account at another service, which now signs you in.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else can sign in to your account. End all sessions or choose a new password now. Then remove the connection in the settings of your account.',
      facts: { provider: 'Service' },
    },
    de: {
      subject: 'Zu Ihrem Konto bei {{product}} wurde ein weiterer Anmeldeweg hinzugefügt',
      intro:
        'Ihr Konto bei {{product}} wurde mit einem Konto bei einem anderen Dienst verbunden. Mit diesem können Sie sich jetzt anmelden.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kann sich eine andere Person mit Ihrem Konto anmelden. Melden Sie jetzt alle Geräte ab, oder wählen Sie ein neues Passwort. Entfernen Sie danach die Verbindung in den Einstellungen Ihres Kontos.',
      facts: { provider: 'Dienst' },
    },
    fr: {
      subject: 'Un autre moyen de connexion a été ajouté à votre compte sur {{product}}',
      intro:
        'Votre compte sur {{product}} a été relié à un compte auprès d’un autre service, qui vous permet désormais de vous connecter.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre peut se connecter à votre compte. Déconnectez dès maintenant tous les appareils, ou choisissez un nouveau mot de passe. Supprimez ensuite la liaison dans les paramètres de votre compte.',
      facts: {
        provider: 'Service',
      },
    },
    es: {
      subject: 'Se ha añadido otra forma de iniciar sesión a su cuenta en {{product}}',
      intro:
        'Su cuenta en {{product}} se ha conectado con una cuenta de otro servicio, con la que ahora puede iniciar sesión.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona puede iniciar sesión con su cuenta. Cierre ahora la sesión en todos los dispositivos o elija una contraseña nueva. Después elimine la conexión en los ajustes de su cuenta.',
      facts: {
        provider: 'Servicio',
      },
    },
  },
});

import { NOTICE_SAMPLE, noticeBlocks } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';
import type { IdentityParams } from './identity-linked.mail.js';

export const identityUnlinked = defineMail<IdentityParams>({
  name: 'identity-unlinked',
  blocks: (mail) => noticeBlocks(mail, { key: 'provider', text: mail.provider }),
  sample: { ...NOTICE_SAMPLE, provider: 'Google' },
  phrases: {
    en: {
      subject: 'A way to sign in was removed from your account at {{product}}',
      intro:
        'The connection of your account at {{product}} with another service was removed. It no longer signs you in.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else can use your account. End all sessions or choose a new password now. Then connect the service again.',
      facts: { provider: 'Service' },
    },
    de: {
      subject: 'Von Ihrem Konto bei {{product}} wurde ein Anmeldeweg entfernt',
      intro:
        'Die Verbindung Ihres Kontos bei {{product}} mit einem anderen Dienst wurde entfernt. Damit können Sie sich nicht mehr anmelden.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kann eine andere Person Ihr Konto benutzen. Melden Sie jetzt alle Geräte ab, oder wählen Sie ein neues Passwort. Stellen Sie danach die Verbindung wieder her.',
      facts: { provider: 'Dienst' },
    },
    fr: {
      subject: 'Un moyen de connexion a été supprimé de votre compte sur {{product}}',
      intro:
        'La liaison de votre compte sur {{product}} avec un autre service a été supprimée. Il ne vous permet plus de vous connecter.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre peut utiliser votre compte. Déconnectez dès maintenant tous les appareils, ou choisissez un nouveau mot de passe. Reliez ensuite de nouveau le service.',
      facts: {
        provider: 'Service',
      },
    },
    es: {
      subject: 'Se ha eliminado una forma de iniciar sesión de su cuenta en {{product}}',
      intro:
        'Se ha eliminado la conexión de su cuenta en {{product}} con otro servicio. Ya no puede iniciar sesión con él.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona puede utilizar su cuenta. Cierre ahora la sesión en todos los dispositivos o elija una contraseña nueva. Después vuelva a conectar el servicio.',
      facts: {
        provider: 'Servicio',
      },
    },
  },
});

import { NOTICE_SAMPLE, noticeBlocks } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';
import type { FactorParams } from './factor-added.mail.js';

export const factorRemoved = defineMail<FactorParams>({
  name: 'factor-removed',
  blocks: (mail) => noticeBlocks(mail, { key: 'factor', text: mail.factor }),
  sample: { ...NOTICE_SAMPLE, factor: 'Phone' },
  phrases: {
    en: {
      subject: 'A sign-in factor was removed from your account at {{product}}',
      intro: 'A factor to sign in with was removed from your account at {{product}}.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else can use your account. Choose a new password now: that ends every session. Then enrol the factor again.',
      facts: { factor: 'Factor' },
    },
    de: {
      subject: 'Von Ihrem Konto bei {{product}} wurde ein Anmeldefaktor entfernt',
      intro: 'Von Ihrem Konto bei {{product}} wurde ein Faktor für die Anmeldung entfernt.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kann eine andere Person Ihr Konto benutzen. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet. Richten Sie danach den Faktor neu ein.',
      facts: { factor: 'Faktor' },
    },
    fr: {
      subject: 'Un facteur de connexion a été supprimé de votre compte sur {{product}}',
      intro: 'Un facteur de connexion a été supprimé de votre compte sur {{product}}.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre peut utiliser votre compte. Choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils. Ajoutez ensuite de nouveau le facteur.',
      facts: {
        factor: 'Facteur',
      },
    },
    es: {
      subject: 'Se ha eliminado un factor de inicio de sesión de su cuenta en {{product}}',
      intro: 'Se ha eliminado un factor de inicio de sesión de su cuenta en {{product}}.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona puede utilizar su cuenta. Elija ahora una contraseña nueva: así se cierra la sesión en todos los dispositivos. Después vuelva a añadir el factor.',
      facts: {
        factor: 'Factor',
      },
    },
  },
});

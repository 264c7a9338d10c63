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
        'It was not you? Then someone else can sign in to your account. End all sessions or choose a new password now. Then remove the connection in the settings of your account.',
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
  },
});

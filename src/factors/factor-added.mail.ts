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
        'It was not you? Then someone else can sign in to your account. Choose a new password now: that ends every session. Then remove the factor in the settings of your account.',
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
  },
});

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
        'It was not you? Then someone else can use your account. Choose a new password now: that ends every session. Then enrol the factor again.',
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
  },
});

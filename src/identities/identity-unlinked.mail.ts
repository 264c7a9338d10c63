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
        'It was not you? Then someone else can use your account. End all sessions or choose a new password now. Then connect the service again.',
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
  },
});

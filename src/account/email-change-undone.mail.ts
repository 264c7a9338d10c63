import { defineNotice } from '../notices/define-notice.js';

export const emailChangeUndone = defineNotice({
  name: 'email-change-undone',
  phrases: {
    en: {
      subject: 'This is no longer the e-mail address of an account at {{product}}',
      intro:
        'The owner of the earlier e-mail address has taken it back for an account at {{product}}. It no longer has this address, and every session has ended.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you, and the account is yours? Then write to those who run {{product}}: someone may be reading the mail of your earlier address.',
    },
    de: {
      subject: 'Diese E-Mail-Adresse gehört nicht mehr zu einem Konto bei {{product}}',
      intro:
        'Die Änderung der E-Mail-Adresse eines Kontos bei {{product}} wurde über die frühere Adresse rückgängig gemacht. Das Konto verwendet diese Adresse nicht mehr, und alle Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie, und das Konto gehört Ihnen? Dann wenden Sie sich an den Betreiber von {{product}}: Vielleicht liest eine andere Person die E-Mails Ihrer früheren Adresse.',
    },
  },
});

import { defineNotice } from '../../notices/define-notice.js';

export const recoveryCodesGenerated = defineNotice({
  name: 'recovery-codes-generated',
  phrases: {
    en: {
      subject: 'New recovery codes for your account at {{product}}',
      intro:
        'New recovery codes were generated for your account at {{product}}. The earlier ones do not work any more.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you? Then someone else can use your account. Choose a new password now: that ends every session. Then generate new recovery codes.',
    },
    de: {
      subject: 'Neue Wiederherstellungscodes für Ihr Konto bei {{product}}',
      intro:
        'Für Ihr Konto bei {{product}} wurden neue Wiederherstellungscodes erzeugt. Die bisherigen gelten nicht mehr.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kann eine andere Person Ihr Konto benutzen. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet. Erzeugen Sie danach neue Wiederherstellungscodes.',
    },
  },
});

import { defineNotice } from '../notices/define-notice.js';

export const newSignIn = defineNotice({
  name: 'new-sign-in',
  phrases: {
    en: {
      subject: 'New sign-in to {{product}}',
      intro:
        'Someone, probably you, has signed in to {{product}} on a device that we have not seen with your account before.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you? Then someone else knows your password or reads your mail. Choose a new password now: that ends every session.',
    },
    de: {
      subject: 'Neue Anmeldung bei {{product}}',
      intro:
        'Jemand – wahrscheinlich Sie selbst – hat sich bei {{product}} auf einem Gerät angemeldet, das bisher nicht mit Ihrem Konto verwendet wurde.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt eine andere Person Ihr Passwort oder liest Ihre E-Mails. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet.',
    },
  },
});

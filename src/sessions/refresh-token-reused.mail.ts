import { defineNotice } from '../notices/define-notice.js';

export const refreshTokenReused = defineNotice({
  name: 'refresh-token-reused',
  phrases: {
    en: {
      subject: 'You were signed out of {{product}} on one device',
      intro: 'A sign-in at {{product}} was used from two places at once. To be safe, we have ended it.',
      todo: 'If you were signed out, sign in again. That can be all: an app restored from a backup looks like this, too.',
      notYou:
        'If you do not recognise the device, or this happens again, change your password and sign out everywhere: someone may have copied your sign-in.',
    },
    de: {
      subject: 'Sie wurden auf einem Gerät bei {{product}} abgemeldet',
      intro:
        'Dieselbe Anmeldung bei {{product}} wurde an zwei Orten gleichzeitig verwendet. Zur Sicherheit haben wir sie beendet.',
      todo: 'Wenn Sie abgemeldet wurden, melden Sie sich einfach neu an. Die Ursache kann harmlos sein, zum Beispiel eine App, die aus einer Sicherung wiederhergestellt wurde.',
      notYou:
        'Wenn Sie das Gerät nicht kennen oder dies noch einmal geschieht, ändern Sie Ihr Passwort, und melden Sie sich auf allen Geräten ab. Eine andere Person könnte Ihre Anmeldung kopiert haben.',
    },
  },
});

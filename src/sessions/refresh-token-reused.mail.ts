import { defineNotice } from '../notices/define-notice.js';

export const refreshTokenReused = defineNotice({
  name: 'refresh-token-reused',
  phrases: {
    en: {
      subject: 'You were signed out of {{product}} on one device',
      intro: 'A sign-in at {{product}} was used from two places at once. To be safe, we have ended it.',
      todo: 'If you were signed out, sign in again. There may be nothing wrong: an app restored from a backup looks like this, too.',
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
    fr: {
      subject: 'Vous avez été déconnecté de {{product}} sur un appareil',
      intro:
        'Une connexion à {{product}} a été utilisée à deux endroits à la fois. Par sécurité, nous y avons mis fin.',
      todo: 'Si vous avez été déconnecté, reconnectez-vous. Cela peut suffire : une application restaurée depuis une sauvegarde produit le même effet.',
      notYou:
        'Si vous ne reconnaissez pas l’appareil, ou si cela se reproduit, changez votre mot de passe et déconnectez tous les appareils : quelqu’un a peut-être copié votre connexion.',
    },
    es: {
      subject: 'Se ha cerrado su sesión de {{product}} en un dispositivo',
      intro: 'Una sesión de {{product}} se ha utilizado en dos lugares a la vez. Por seguridad, la hemos cerrado.',
      todo: 'Si se ha cerrado su sesión, iníciela de nuevo. Puede que eso sea todo: una aplicación restaurada desde una copia de seguridad produce el mismo efecto.',
      notYou:
        'Si no reconoce el dispositivo o si esto vuelve a ocurrir, cambie su contraseña y cierre la sesión en todos los dispositivos: es posible que alguien haya copiado su sesión.',
    },
  },
});

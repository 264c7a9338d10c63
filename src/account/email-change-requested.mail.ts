import { defineNotice } from '../notices/define-notice.js';

export const emailChangeRequested = defineNotice({
  name: 'email-change-requested',
  phrases: {
    en: {
      subject: 'A new e-mail address for your account at {{product}}?',
      intro:
        'Someone, probably you, has asked to change the e-mail address of your account at {{product}}. Nothing has changed yet: the new address must be confirmed first.',
      todo: 'If that was you, there is nothing to do here.',
      notYou:
        'It was not you? Then someone knows your password. Choose a new one now: say, where you sign in, that you have forgotten it. That also stops the change.',
    },
    de: {
      subject: 'Neue E-Mail-Adresse für Ihr Konto bei {{product}}?',
      intro:
        'Jemand – wahrscheinlich Sie selbst – möchte die E-Mail-Adresse Ihres Kontos bei {{product}} ändern. Noch wurde nichts geändert: Zuerst muss die neue Adresse bestätigt werden.',
      todo: 'Wenn Sie das waren, müssen Sie hier nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt eine andere Person Ihr Passwort. Fordern Sie jetzt bei der Anmeldung ein neues an. Damit verhindern Sie auch die Änderung.',
    },
  },
});

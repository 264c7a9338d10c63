import { defineNotice } from '../notices/define-notice.js';

export const passwordChanged = defineNotice({
  name: 'password-changed',
  phrases: {
    en: {
      subject: 'Your password for {{product}} was changed',
      intro: 'The password of your account at {{product}} was changed, and other devices were signed out.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you? Then choose a new password at once: say, where you sign in, that you have forgotten it. Look after the password of this mailbox, too.',
    },
    de: {
      subject: 'Ihr Passwort für {{product}} wurde geändert',
      intro: 'Das Passwort Ihres Kontos bei {{product}} wurde geändert. Andere Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann fordern Sie sofort bei der Anmeldung ein neues Passwort an. Prüfen Sie auch, ob das Passwort dieses Postfachs noch sicher ist.',
    },
  },
});

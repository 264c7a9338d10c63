import { defineNotice } from '../notices/define-notice.js';

/** The first password of an account: who has it gets in without the mailbox. */
export const passwordSet = defineNotice({
  name: 'password-set',
  phrases: {
    en: {
      subject: 'Your account at {{product}} has a password now',
      intro: 'A password was set for your account at {{product}}, which had none, and other devices were signed out.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'It was not you? Then choose a new password at once: say, where you sign in, that you have forgotten it. Look after the password of this mailbox, too.',
    },
    de: {
      subject: 'Ihr Konto bei {{product}} hat jetzt ein Passwort',
      intro:
        'Für Ihr Konto bei {{product}}, das bisher keines hatte, wurde ein Passwort festgelegt. Andere Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann fordern Sie sofort bei der Anmeldung ein neues Passwort an. Prüfen Sie auch, ob das Passwort dieses Postfachs noch sicher ist.',
    },
  },
});

import { defineNotice } from '../notices/define-notice.js';

export const emailChangedByAdmin = defineNotice({
  name: 'email-changed-by-admin',
  phrases: {
    en: {
      subject: 'The e-mail address of your account at {{product}} was changed',
      intro:
        'An administrator of {{product}} has given your account another e-mail address. This is the last mail about it to this one.',
      todo: 'If you asked for that, there is nothing to do.',
      notYou: 'You did not ask for it? Then write to the people who run {{product}}.',
    },
    de: {
      subject: 'Die E-Mail-Adresse Ihres Kontos bei {{product}} wurde geändert',
      intro:
        'Die Administration von {{product}} hat für Ihr Konto eine andere E-Mail-Adresse eingetragen. An diese Adresse senden wir dazu keine weiteren E-Mails.',
      todo: 'Wenn Sie darum gebeten haben, müssen Sie nichts tun.',
      notYou: 'Sie haben nicht darum gebeten? Dann wenden Sie sich an den Betreiber von {{product}}.',
    },
  },
});

import { defineNotice } from '../notices/define-notice.js';

export const factorsReset = defineNotice({
  name: 'factors-reset',
  phrases: {
    en: {
      subject: 'The sign-in factors of your account at {{product}} were removed',
      intro:
        'An administrator has removed all second factors and passkeys of your account at {{product}}, and has ended every session.',
      todo: 'If you asked for that, sign in again and enrol new ones.',
      notYou: 'You did not ask for that? Then write to the people who run this service.',
    },
    de: {
      subject: 'Die Anmeldefaktoren Ihres Kontos bei {{product}} wurden entfernt',
      intro:
        'Eine Administratorin oder ein Administrator hat alle zweiten Faktoren und Passkeys Ihres Kontos bei {{product}} entfernt. Alle Geräte wurden abgemeldet.',
      todo: 'Wenn Sie darum gebeten haben, melden Sie sich neu an und richten Sie neue ein.',
      notYou: 'Sie haben nicht darum gebeten? Dann wenden Sie sich an den Betreiber dieses Dienstes.',
    },
  },
});

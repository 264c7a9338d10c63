import type { Phrases } from '../phrases.js';

/** What all mails say. */
export const MAIL_PHRASES: Phrases = {
  en: {
    layout: {
      hello: 'Hello,',
      helloName: 'Hello {{name}},',
      code: 'Your code',
      openLink: 'If the button does not work, open this address:',
      footer: 'Sent by {{product}} because of something that happened with this e-mail address. Replies are not read.',
    },
    facts: {
      device: 'Device',
      when: 'When',
      unknown: 'unknown',
    },
  },
  de: {
    layout: {
      hello: 'Guten Tag,',
      helloName: 'Guten Tag {{name}},',
      code: 'Ihr Code',
      openLink: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
      footer:
        '{{product}} hat diese E-Mail wegen eines Vorgangs zu Ihrer E-Mail-Adresse verschickt. Antworten auf diese E-Mail werden nicht gelesen.',
    },
    facts: {
      device: 'Gerät',
      when: 'Zeitpunkt',
      unknown: 'unbekannt',
    },
  },
};

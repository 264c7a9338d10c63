import type { Phrases } from '../phrases.js';

/** The phrases of all mails. */
export const MAIL_PHRASES: Phrases = {
  en: {
    layout: {
      hello: 'Hello,',
      helloName: 'Hello {{name}},',
      code: 'Your code',
      openLink: 'If the button does not work, open this address:',
      support: 'Questions? Write to',
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
      support: 'Fragen? Schreiben Sie an',
      footer:
        '{{product}} hat diese E-Mail wegen eines Vorgangs zu Ihrer E-Mail-Adresse verschickt. Antworten auf diese E-Mail werden nicht gelesen.',
    },
    facts: {
      device: 'Gerät',
      when: 'Zeitpunkt',
      unknown: 'unbekannt',
    },
  },
  fr: {
    layout: {
      hello: 'Bonjour,',
      helloName: 'Bonjour {{name}},',
      code: 'Votre code',
      openLink: 'Si le bouton ne fonctionne pas, ouvrez cette adresse :',
      support: 'Des questions ? Écrivez à',
      footer:
        '{{product}} a envoyé cet e-mail en raison d’une opération concernant votre adresse e-mail. Les réponses ne sont pas lues.',
    },
    facts: {
      device: 'Appareil',
      when: 'Date',
      unknown: 'inconnu',
    },
  },
  es: {
    layout: {
      hello: 'Buenos días:',
      helloName: 'Buenos días, {{name}}:',
      code: 'Su código',
      openLink: 'Si el botón no funciona, abra esta dirección:',
      support: '¿Tiene preguntas? Escriba a',
      footer:
        '{{product}} ha enviado este correo por una operación relacionada con su dirección de correo electrónico. Las respuestas no se leen.',
    },
    facts: {
      device: 'Dispositivo',
      when: 'Fecha',
      unknown: 'desconocido',
    },
  },
};

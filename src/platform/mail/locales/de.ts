import type { en } from './en.js';

export const de: typeof en = {
  mails: {
    layout: {
      hello: 'Guten Tag,',
      helloName: 'Guten Tag {{name}},',
      code: 'Ihr Code',
      openLink: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
      footer:
        'Gesendet von {{product}}, weil mit dieser E-Mail-Adresse etwas geschehen ist. Antworten werden nicht gelesen.',
    },
    facts: {
      device: 'Gerät',
      when: 'Wann',
      unknown: 'unbekannt',
    },
    'verify-email': {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {{product}}',
      intro: 'Mit diesem Code schließen Sie die Eröffnung Ihres Kontos bei {{product}} ab:',
      or: 'Oder bestätigen Sie mit einem Klick:',
      button: 'E-Mail-Adresse bestätigen',
      expires_one: 'Code und Link gelten einmal und eine Minute lang.',
      expires_other: 'Code und Link gelten einmal und {{count}} Minuten lang.',
      ignore: 'Sie haben kein Konto eröffnet? Dann beachten Sie diese Mail nicht: Ohne den Code geschieht nichts.',
    },
    'already-registered': {
      subject: 'Sie haben bereits ein Konto bei {{product}}',
      intro:
        'Jemand, vielleicht Sie selbst, wollte bei {{product}} mit dieser E-Mail-Adresse ein Konto eröffnen. Es gibt schon eines.',
      instead:
        'Melden Sie sich wie gewohnt an. Wenn Sie das Passwort vergessen haben, fordern Sie dort ein neues an, wo Sie sich anmelden.',
      notYou: 'Das waren nicht Sie? Sie müssen nichts tun: Niemand ist hineingekommen, und nichts wurde geändert.',
    },
    'sign-in-code': {
      subject: 'Ihr Anmeldecode für {{product}}',
      intro: 'Mit diesem Code setzen Sie die Anmeldung bei {{product}} fort:',
      or: 'Oder bestätigen Sie Ihre Adresse mit einem Klick und melden sich dann noch einmal an:',
      button: 'E-Mail-Adresse bestätigen',
      expires_one: 'Er gilt einmal und eine Minute lang.',
      expires_other: 'Er gilt einmal und {{count}} Minuten lang.',
      notYou:
        'Sie melden sich gerade nicht an? Dann kennt jemand anderes Ihr Passwort. Geben Sie den Code niemandem, und ändern Sie das Passwort.',
    },
    'refresh-token-reused': {
      subject: 'Sie wurden auf einem Gerät von {{product}} abgemeldet',
      intro:
        'Eine Anmeldung bei {{product}} wurde an zwei Orten zugleich benutzt. Sicherheitshalber haben wir sie beendet.',
      todo: 'Falls Sie abgemeldet wurden, melden Sie sich neu an. Das kann alles sein: Auch eine App, die aus einer Sicherung wiederhergestellt wurde, sieht so aus.',
      notYou:
        'Wenn Sie das Gerät nicht kennen oder dies wieder geschieht, ändern Sie Ihr Passwort und melden Sie sich überall ab: Jemand könnte Ihre Anmeldung kopiert haben.',
    },
  },
  pages: {
    incomplete: {
      title: 'Dieser Link ist nicht vollständig',
      text: 'Ein Teil der Adresse fehlt. Öffnen Sie den Link in der Mail noch einmal, oder kopieren Sie ihn ganz.',
    },
    foreign: {
      title: 'Dieses Formular kam nicht von unserer Seite',
      text: 'Öffnen Sie den Link in der Mail noch einmal und drücken Sie dort auf die Schaltfläche.',
    },
    code: 'Code aus der Mail',
    verify: {
      title: 'Bestätigen Sie Ihre E-Mail-Adresse',
      text: 'Drücken Sie auf die Schaltfläche, und die Adresse ist bestätigt. Wenn Sie das nicht wollten, schließen Sie diese Seite: Es ist nichts geschehen.',
      button: 'Bestätigen',
      done: 'Ihre E-Mail-Adresse ist bestätigt',
      next: 'Sie können diese Seite schließen, dorthin zurückgehen, woher Sie kamen, und sich anmelden.',
    },
    problems: {
      title: 'Das hat nicht geklappt',
      INVALID_CODE: 'Der Code ist falsch. Sehen Sie in der neuesten Mail nach; ältere Codes gelten nicht mehr.',
      CHALLENGE_EXPIRED:
        'Dieser Link ist abgelaufen oder wurde schon benutzt. Wenn Sie schon bestätigt haben, melden Sie sich einfach an; sonst fordern Sie eine neue Mail an.',
      TOO_MANY_ATTEMPTS: 'Es gab zu viele falsche Codes. Fordern Sie eine neue Mail an.',
      RATE_LIMITED: 'Es gab zu viele Versuche. Warten Sie etwas und versuchen Sie es noch einmal.',
      SERVICE_UNAVAILABLE: 'Der Dienst kann gerade nicht antworten. Warten Sie etwas und versuchen Sie es noch einmal.',
      other: 'Etwas ist schiefgegangen. Versuchen Sie es noch einmal, oder fordern Sie eine neue Mail an.',
    },
  },
};

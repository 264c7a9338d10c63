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
      purgeAfter: 'Kann zurückgeholt werden bis',
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
      button: 'Zur Anmeldung',
      notYou: 'Das waren nicht Sie? Sie müssen nichts tun: Niemand ist hineingekommen, und nichts wurde geändert.',
    },
    'sign-in-code': {
      subject: 'Ihr Anmeldecode für {{product}}',
      intro: 'Mit diesem Code setzen Sie die Anmeldung bei {{product}} fort:',
      expires_one: 'Er gilt einmal und eine Minute lang.',
      expires_other: 'Er gilt einmal und {{count}} Minuten lang.',
      notYou:
        'Sie melden sich gerade nicht an? Dann kennt jemand anderes Ihr Passwort. Geben Sie den Code niemandem, und ändern Sie das Passwort.',
    },
    'reset-password': {
      subject: 'Wählen Sie ein neues Passwort für {{product}}',
      intro: 'Mit diesem Code wählen Sie ein neues Passwort bei {{product}}:',
      or: 'Oder wählen Sie es auf dieser Seite:',
      button: 'Neues Passwort wählen',
      expires_one: 'Code und Link gelten einmal und eine Minute lang. Ein neues Passwort meldet Sie überall ab.',
      expires_other:
        'Code und Link gelten einmal und {{count}} Minuten lang. Ein neues Passwort meldet Sie überall ab.',
      ignore:
        'Sie haben das nicht verlangt? Dann beachten Sie diese Mail nicht und geben Sie den Code niemandem: Ohne ihn bleibt Ihr Passwort, wie es ist.',
    },
    invitation: {
      subject: 'Sie sind zu {{product}} eingeladen',
      intro:
        'Bei {{product}} wurde mit dieser E-Mail-Adresse ein Konto für Sie angelegt. Wählen Sie ein Passwort, und Sie können sich anmelden:',
      button: 'Passwort wählen',
      expires_one:
        'Der Link gilt einmal und einen Tag lang. Danach fordern Sie dort, wo Sie sich anmelden, ein neues Passwort an.',
      expires_other:
        'Der Link gilt einmal und {{count}} Tage lang. Danach fordern Sie dort, wo Sie sich anmelden, ein neues Passwort an.',
      ignore:
        'Sie möchten das Konto nicht? Dann beachten Sie diese Mail nicht: Ohne Passwort kann es niemand benutzen.',
    },
    'change-email': {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse für {{product}}',
      intro:
        'Geben Sie diesen Code dort ein, wo Sie angemeldet sind, und dies wird die Adresse Ihres Kontos bei {{product}}:',
      expires_one: 'Er gilt einmal und eine Minute lang.',
      expires_other: 'Er gilt einmal und {{count}} Minuten lang.',
      ignore:
        'Sie haben dort kein Konto oder haben das nicht verlangt? Dann beachten Sie diese Mail nicht und geben Sie den Code niemandem: Ohne ihn geschieht nichts.',
    },
    'new-sign-in': {
      subject: 'Neue Anmeldung bei {{product}}',
      intro:
        'Jemand, wahrscheinlich Sie selbst, hat sich bei {{product}} auf einem Gerät angemeldet, das wir mit Ihrem Konto noch nicht gesehen haben.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt jemand anderes Ihr Passwort oder liest Ihre Mail. Wählen Sie jetzt ein neues Passwort: Damit werden alle abgemeldet.',
    },
    'password-changed': {
      subject: 'Ihr Passwort für {{product}} wurde geändert',
      intro: 'Das Passwort Ihres Kontos bei {{product}} wurde geändert, und andere Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann wählen Sie sofort ein neues Passwort: Geben Sie dort, wo Sie sich anmelden, an, dass Sie es vergessen haben. Prüfen Sie auch das Passwort dieses Postfachs.',
    },
    'email-change-requested': {
      subject: 'Eine neue E-Mail-Adresse für Ihr Konto bei {{product}}?',
      intro:
        'Jemand, wahrscheinlich Sie selbst, möchte die E-Mail-Adresse Ihres Kontos bei {{product}} ändern. Noch ist nichts geändert: Die neue Adresse muss erst bestätigt werden.',
      todo: 'Wenn Sie das waren, müssen Sie hier nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt jemand Ihr Passwort. Wählen Sie jetzt ein neues: Geben Sie dort, wo Sie sich anmelden, an, dass Sie es vergessen haben. Das hält auch die Änderung auf.',
    },
    'email-changed': {
      subject: 'Die E-Mail-Adresse Ihres Kontos bei {{product}} wurde geändert',
      intro:
        'Ihr Konto bei {{product}} hat jetzt eine andere E-Mail-Adresse. Dies ist die letzte Mail dazu an die bisherige.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann nehmen Sie die Änderung zurück: Ihr Konto bekommt wieder diese Adresse, alle werden abgemeldet, und Sie wählen ein neues Passwort.',
      button: 'Änderung zurücknehmen',
      until_one: 'Das ist einen Tag lang möglich.',
      until_other: 'Das ist {{count}} Tage lang möglich.',
    },
    'email-changed-by-admin': {
      subject: 'Die E-Mail-Adresse Ihres Kontos bei {{product}} wurde geändert',
      intro:
        'Wer {{product}} verwaltet, hat Ihrem Konto eine andere E-Mail-Adresse gegeben. Dies ist die letzte Mail darüber an diese.',
      todo: 'Wenn Sie darum gebeten haben, ist nichts zu tun.',
      notYou: 'Sie haben nicht darum gebeten? Dann schreiben Sie denen, die {{product}} betreiben.',
    },
    'email-change-undone': {
      subject: 'Dies ist nicht mehr die E-Mail-Adresse eines Kontos bei {{product}}',
      intro:
        'Wem die frühere E-Mail-Adresse gehört, hat sie für ein Konto bei {{product}} zurückgenommen. Das Konto hat diese Adresse nicht mehr, und alle wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie, und das Konto gehört Ihnen? Dann schreiben Sie denen, die {{product}} betreiben: Vielleicht liest jemand die Mail Ihrer früheren Adresse.',
    },
    'account-deleted': {
      subject: 'Ihr Konto bei {{product}} wurde gelöscht',
      intro: 'Ihr Konto bei {{product}} wurde gelöscht, und alle Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das wollten, müssen Sie nichts tun. Sie können mit dieser Adresse jederzeit ein neues Konto eröffnen.',
      notYou:
        'Das waren nicht Sie, oder Sie haben es sich anders überlegt? Bis zu dem genannten Tag können die Betreiber von {{product}} das Konto zurückholen, danach niemand mehr.',
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
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    newPassword: 'Neues Passwort',
    goOn: 'Weiter zu {{product}}',
    close: 'Sie können diese Seite schließen und dorthin zurückgehen, woher Sie kamen.',
    'reset-password': {
      title: 'Wählen Sie ein neues Passwort',
      text: 'Das neue Passwort meldet Sie überall ab. Wenn Sie das nicht wollten, schließen Sie diese Seite: Es ist nichts geschehen.',
      button: 'Passwort speichern',
      done: 'Ihr Passwort ist geändert',
      next: 'Sie sind überall abgemeldet. Melden Sie sich mit dem neuen Passwort an.',
    },
    'accept-invitation': {
      title: 'Wählen Sie ein Passwort für Ihr Konto',
      text: 'Für Sie wurde ein Konto angelegt. Wählen Sie ein Passwort, und es gehört Ihnen. Wenn Sie es nicht möchten, schließen Sie diese Seite: Es ist nichts geschehen, und ohne Passwort kann niemand das Konto benutzen.',
      button: 'Passwort speichern',
      done: 'Ihr Konto ist bereit',
      next: 'Melden Sie sich mit Ihrer E-Mail-Adresse und dem Passwort an, das Sie eben gewählt haben.',
      problems: {
        CHALLENGE_EXPIRED:
          'Diese Einladung ist abgelaufen oder wurde schon benutzt. Wenn Sie schon ein Passwort gewählt haben, melden Sie sich einfach an. Sonst fordern Sie dort, wo Sie sich anmelden, ein neues Passwort an, oder schreiben Sie denen, die diesen Dienst betreiben.',
        INVALID_CODE:
          'Etwas in diesem Link ist falsch. Öffnen Sie den Link in der Mail noch einmal, oder kopieren Sie ihn ganz.',
        TOO_MANY_ATTEMPTS:
          'Diese Einladung wurde zu oft versucht. Fordern Sie dort, wo Sie sich anmelden, ein neues Passwort an, oder schreiben Sie denen, die diesen Dienst betreiben.',
      },
    },
    'undo-email-change': {
      title: 'Nehmen Sie die Änderung Ihrer E-Mail-Adresse zurück',
      text: 'Drücken Sie auf die Schaltfläche, und Ihr Konto bekommt die Adresse zurück, an die diese Mail ging. Alle werden abgemeldet, und das Passwort gilt nicht mehr: Wir senden Ihnen eine Mail, mit der Sie ein neues wählen.',
      button: 'Änderung zurücknehmen',
      done: 'Ihr Konto hat wieder seine frühere E-Mail-Adresse',
      next: 'Alle sind abgemeldet. Um ein neues Passwort zu wählen, öffnen Sie die Mail, die wir Ihnen gerade gesendet haben.',
    },
    weak: {
      TOO_SHORT: 'Das Passwort ist zu kurz: Nehmen Sie mindestens {{count}} Zeichen.',
      TOO_LONG: 'Das Passwort ist zu lang.',
      PERSONAL:
        'Das Passwort lässt sich aus Ihrer Person erraten: Nehmen Sie weder Ihre E-Mail-Adresse noch Ihren Namen noch den dieses Dienstes.',
      BREACHED: 'Das Passwort ist Angreifern bekannt. Wählen Sie eines, das Sie sonst nirgends benutzen.',
      GUESSABLE: 'Das Passwort ist zu leicht zu erraten.',
      advice: 'Einige Wörter ohne Zusammenhang ergeben ein gutes Passwort.',
    },
    verify: {
      title: 'Bestätigen Sie Ihre E-Mail-Adresse',
      text: 'Drücken Sie auf die Schaltfläche, und die Adresse ist bestätigt. Wenn Sie das nicht wollten, schließen Sie diese Seite: Es ist nichts geschehen.',
      button: 'Bestätigen',
      done: 'Ihre E-Mail-Adresse ist bestätigt',
      next: 'Sie können sich jetzt anmelden.',
    },
    problems: {
      title: 'Das hat nicht geklappt',
      INVALID_CODE: 'Der Code ist falsch. Sehen Sie in der neuesten Mail nach; ältere Codes gelten nicht mehr.',
      CHALLENGE_EXPIRED:
        'Dieser Link ist abgelaufen oder wurde schon benutzt. Wenn Sie schon bestätigt haben, melden Sie sich einfach an; sonst fordern Sie eine neue Mail an.',
      TOO_MANY_ATTEMPTS: 'Es gab zu viele falsche Codes. Fordern Sie eine neue Mail an.',
      RATE_LIMITED: 'Es gab zu viele Versuche. Warten Sie etwas und versuchen Sie es noch einmal.',
      SERVICE_UNAVAILABLE: 'Der Dienst kann gerade nicht antworten. Warten Sie etwas und versuchen Sie es noch einmal.',
      EMAIL_TAKEN:
        'Ein anderes Konto hat diese E-Mail-Adresse inzwischen. Schreiben Sie denen, die diesen Dienst betreiben: Sie können helfen.',
      other: 'Etwas ist schiefgegangen. Versuchen Sie es noch einmal, oder fordern Sie eine neue Mail an.',
    },
  },
};

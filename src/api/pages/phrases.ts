import type { Phrases } from '../../platform/phrases.js';

/** What all pages behind a mail link say. */
export const PAGE_PHRASES: Phrases = {
  en: {
    incomplete: {
      title: 'This link is not complete',
      text: 'Part of the address is missing. Open the link in the mail again, or copy all of it.',
    },
    foreign: {
      title: 'This form was not sent from our page',
      text: 'Open the link in the mail again and press the button there.',
    },
    code: 'Code from the mail',
    email: 'E-mail address',
    password: 'Password',
    newPassword: 'New password',
    goOn: 'Go on to {{product}}',
    close: 'You can close this page and go back to where you came from.',
    weak: {
      TOO_SHORT: 'The password is too short: use at least {{count}} characters.',
      TOO_LONG: 'The password is too long.',
      PERSONAL:
        'The password can be guessed from who you are: do not use your e-mail address, your name or the name of this service.',
      BREACHED: 'The password is known to attackers. Choose one that you use nowhere else.',
      GUESSABLE: 'The password is too easy to guess.',
      advice: 'A few unrelated words make a good password.',
    },
    problems: {
      title: 'That did not work',
      INVALID_CODE: 'The code is wrong. Check the newest mail; older codes no longer work.',
      CHALLENGE_EXPIRED:
        'This link has expired or was already used. If you have confirmed before, just sign in; otherwise ask for a new mail.',
      TOO_MANY_ATTEMPTS: 'There were too many wrong codes. Ask for a new mail.',
      RATE_LIMITED: 'There were too many attempts. Wait a little and try again.',
      SERVICE_UNAVAILABLE: 'The service cannot answer right now. Wait a little and try again.',
      EMAIL_TAKEN:
        'Another account has taken that e-mail address since. Write to those who run this service: they can help you.',
      other: 'Something went wrong. Try again, or ask for a new mail.',
    },
  },
  de: {
    incomplete: {
      title: 'Dieser Link ist unvollständig',
      text: 'Ein Teil der Adresse fehlt. Öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn vollständig.',
    },
    foreign: {
      title: 'Dieses Formular wurde nicht von unserer Seite gesendet',
      text: 'Öffnen Sie den Link in der E-Mail noch einmal, und klicken Sie dort auf die Schaltfläche.',
    },
    code: 'Code aus der E-Mail',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    newPassword: 'Neues Passwort',
    goOn: 'Weiter zu {{product}}',
    close: 'Sie können diese Seite schließen und dorthin zurückkehren, wo Sie angefangen haben.',
    weak: {
      TOO_SHORT: 'Das Passwort ist zu kurz: Verwenden Sie mindestens {{count}} Zeichen.',
      TOO_LONG: 'Das Passwort ist zu lang.',
      PERSONAL:
        'Das Passwort lässt sich aus Angaben zu Ihrer Person erraten. Verwenden Sie weder Ihre E-Mail-Adresse noch Ihren Namen noch den Namen dieses Dienstes.',
      BREACHED: 'Das Passwort ist Angreifern bekannt. Wählen Sie eines, das Sie nirgends sonst verwenden.',
      GUESSABLE: 'Das Passwort ist zu leicht zu erraten.',
      advice: 'Einige Wörter ohne Zusammenhang ergeben ein gutes Passwort.',
    },
    problems: {
      title: 'Das hat nicht geklappt',
      INVALID_CODE: 'Der Code ist falsch. Sehen Sie in der neuesten E-Mail nach. Ältere Codes gelten nicht mehr.',
      CHALLENGE_EXPIRED:
        'Dieser Link ist abgelaufen oder wurde bereits verwendet. Wenn Sie schon bestätigt haben, melden Sie sich einfach an. Andernfalls fordern Sie eine neue E-Mail an.',
      TOO_MANY_ATTEMPTS: 'Es wurden zu viele falsche Codes eingegeben. Fordern Sie eine neue E-Mail an.',
      RATE_LIMITED: 'Es gab zu viele Versuche. Warten Sie etwas, und versuchen Sie es noch einmal.',
      SERVICE_UNAVAILABLE:
        'Der Dienst ist gerade nicht erreichbar. Warten Sie etwas, und versuchen Sie es noch einmal.',
      EMAIL_TAKEN:
        'Diese E-Mail-Adresse gehört inzwischen zu einem anderen Konto. Wenden Sie sich an den Betreiber dieses Dienstes.',
      other: 'Etwas ist schiefgegangen. Versuchen Sie es noch einmal, oder fordern Sie eine neue E-Mail an.',
    },
  },
};

import type { Phrases } from '../../platform/phrases.js';

/** What all pages behind a mail link say. */
export const PAGE_PHRASES: Phrases = {
  en: {
    incomplete: {
      title: 'This link is incomplete',
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
    goOn: 'Continue to {{product}}',
    close: 'You can close this page and go back to where you came from.',
    support: 'Questions? Write to',
    weak: {
      TOO_SHORT: 'The password is too short: use at least {{count}} characters.',
      TOO_LONG: 'The password is too long.',
      PERSONAL:
        'The password can be guessed from your personal details: do not use your e-mail address, your name or the name of this service.',
      BREACHED: 'The password is known to attackers. Choose one that you use nowhere else.',
      GUESSABLE: 'The password is too easy to guess.',
      advice: 'A few unrelated words make a good password.',
    },
    problems: {
      title: 'That did not work',
      INVALID_CODE: 'The code is wrong. Check the newest mail; older codes no longer work.',
      CHALLENGE_EXPIRED:
        'This link has expired or was already used. If you have already confirmed, just sign in; otherwise ask for a new mail.',
      TOO_MANY_ATTEMPTS: 'There were too many wrong codes. Ask for a new mail.',
      RATE_LIMITED: 'There were too many attempts. Wait a little and try again.',
      SERVICE_UNAVAILABLE: 'The service cannot answer right now. Wait a little and try again.',
      EMAIL_TAKEN:
        'Another account has that e-mail address now. Write to the people who run this service: they can help you.',
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
    support: 'Fragen? Schreiben Sie an',
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
  fr: {
    incomplete: {
      title: 'Ce lien est incomplet',
      text: 'Une partie de l’adresse manque. Ouvrez de nouveau le lien de l’e-mail, ou copiez-le en entier.',
    },
    foreign: {
      title: 'Ce formulaire n’a pas été envoyé depuis notre page',
      text: 'Ouvrez de nouveau le lien de l’e-mail, et appuyez là sur le bouton.',
    },
    code: 'Code reçu par e-mail',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    newPassword: 'Nouveau mot de passe',
    goOn: 'Continuer vers {{product}}',
    close: 'Vous pouvez fermer cette page et revenir là où vous avez commencé.',
    support: 'Des questions ? Écrivez à',
    weak: {
      TOO_SHORT: 'Le mot de passe est trop court : utilisez au moins {{count}} caractères.',
      TOO_LONG: 'Le mot de passe est trop long.',
      PERSONAL:
        'Le mot de passe peut être deviné à partir de vos données personnelles. N’utilisez ni votre adresse e-mail, ni votre nom, ni le nom de ce service.',
      BREACHED: 'Ce mot de passe est connu des pirates. Choisissez-en un que vous n’utilisez nulle part ailleurs.',
      GUESSABLE: 'Le mot de passe est trop facile à deviner.',
      advice: 'Quelques mots sans rapport entre eux font un bon mot de passe.',
    },
    problems: {
      title: 'Cela n’a pas fonctionné',
      INVALID_CODE:
        'Le code est incorrect. Consultez le dernier e-mail reçu : les codes plus anciens ne fonctionnent plus.',
      CHALLENGE_EXPIRED:
        'Ce lien a expiré ou a déjà été utilisé. Si vous avez déjà confirmé, connectez-vous simplement. Sinon, demandez un nouvel e-mail.',
      TOO_MANY_ATTEMPTS: 'Trop de codes incorrects ont été saisis. Demandez un nouvel e-mail.',
      RATE_LIMITED: 'Il y a eu trop de tentatives. Patientez un peu, puis réessayez.',
      SERVICE_UNAVAILABLE: 'Le service ne peut pas répondre pour le moment. Patientez un peu, puis réessayez.',
      EMAIL_TAKEN:
        'Cette adresse e-mail appartient désormais à un autre compte. Écrivez aux responsables de ce service : ils peuvent vous aider.',
      other: 'Une erreur s’est produite. Réessayez, ou demandez un nouvel e-mail.',
    },
  },
  es: {
    incomplete: {
      title: 'Este enlace está incompleto',
      text: 'Falta una parte de la dirección. Abra de nuevo el enlace del correo o cópielo entero.',
    },
    foreign: {
      title: 'Este formulario no se ha enviado desde nuestra página',
      text: 'Abra de nuevo el enlace del correo y pulse allí el botón.',
    },
    code: 'Código del correo',
    email: 'Dirección de correo electrónico',
    password: 'Contraseña',
    newPassword: 'Contraseña nueva',
    goOn: 'Continuar a {{product}}',
    close: 'Puede cerrar esta página y volver al lugar donde empezó.',
    support: '¿Tiene preguntas? Escriba a',
    weak: {
      TOO_SHORT: 'La contraseña es demasiado corta: utilice al menos {{count}} caracteres.',
      TOO_LONG: 'La contraseña es demasiado larga.',
      PERSONAL:
        'La contraseña se puede adivinar a partir de sus datos personales. No utilice su dirección de correo electrónico, su nombre ni el nombre de este servicio.',
      BREACHED: 'Los atacantes conocen esta contraseña. Elija una que no utilice en ningún otro sitio.',
      GUESSABLE: 'La contraseña es demasiado fácil de adivinar.',
      advice: 'Unas cuantas palabras sin relación entre sí forman una buena contraseña.',
    },
    problems: {
      title: 'No ha funcionado',
      INVALID_CODE:
        'El código no es correcto. Consulte el último correo recibido: los códigos anteriores ya no funcionan.',
      CHALLENGE_EXPIRED:
        'Este enlace ha caducado o ya se ha utilizado. Si ya confirmó, inicie sesión sin más. Si no, solicite un correo nuevo.',
      TOO_MANY_ATTEMPTS: 'Se han introducido demasiados códigos incorrectos. Solicite un correo nuevo.',
      RATE_LIMITED: 'Ha habido demasiados intentos. Espere un poco e inténtelo de nuevo.',
      SERVICE_UNAVAILABLE: 'El servicio no puede responder en este momento. Espere un poco e inténtelo de nuevo.',
      EMAIL_TAKEN:
        'Esta dirección de correo electrónico pertenece ahora a otra cuenta. Escriba a los responsables de este servicio: pueden ayudarle.',
      other: 'Se ha producido un error. Inténtelo de nuevo o solicite un correo nuevo.',
    },
  },
};

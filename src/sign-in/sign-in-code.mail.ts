import { defineCodeMail } from '../challenges/define-code-mail.js';

/** Sent when a sign-in needs the address verified. The reader should know that the password was right. */
export const signInCode = defineCodeMail({
  name: 'sign-in-code',
  ending: 'notYou',
  phrases: {
    en: {
      subject: 'Your sign-in code for {{product}}',
      intro: 'Enter this code to continue signing in to {{product}}:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      notYou:
        'If you are not signing in, someone else knows your password. Do not give the code to anyone, and change the password.',
    },
    de: {
      subject: 'Ihr Anmeldecode für {{product}}',
      intro: 'Geben Sie diesen Code ein, um sich bei {{product}} anzumelden:',
      expires_one: 'Der Code gilt einmalig und eine Minute lang.',
      expires_other: 'Der Code gilt einmalig und {{count}} Minuten lang.',
      notYou:
        'Sie wollen sich gerade nicht anmelden? Dann kennt eine andere Person Ihr Passwort. Geben Sie den Code nicht weiter, und ändern Sie Ihr Passwort.',
    },
    fr: {
      subject: 'Votre code de connexion pour {{product}}',
      intro: 'Saisissez ce code pour poursuivre votre connexion à {{product}} :',
      expires_one: 'Il est valable une seule fois, pendant une minute.',
      expires_other: 'Il est valable une seule fois, pendant {{count}} minutes.',
      notYou:
        'Vous n’êtes pas en train de vous connecter ? Alors quelqu’un d’autre connaît votre mot de passe. Ne communiquez le code à personne, et changez de mot de passe.',
    },
    es: {
      subject: 'Su código de inicio de sesión para {{product}}',
      intro: 'Introduzca este código para continuar con el inicio de sesión en {{product}}:',
      expires_one: 'Es válido una sola vez, durante un minuto.',
      expires_other: 'Es válido una sola vez, durante {{count}} minutos.',
      notYou:
        '¿No está iniciando sesión? Entonces otra persona conoce su contraseña. No comunique el código a nadie y cambie la contraseña.',
    },
  },
});

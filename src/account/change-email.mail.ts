import { defineCodeMail } from '../challenges/define-code-mail.js';

/** Goes to the new address, which may be a stranger's: hence no name, and no link that the stranger could follow. */
export const changeEmail = defineCodeMail({
  name: 'change-email',
  ending: 'ignore',
  phrases: {
    en: {
      subject: 'Confirm your new e-mail address for {{product}}',
      intro: 'Enter this code where you are signed in, and this becomes the address of your account at {{product}}:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      ignore:
        'If you have no account there, or did not ask for this, ignore this mail and do not give the code to anyone: without it nothing happens.',
    },
    de: {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse für {{product}}',
      intro:
        'Mit diesem Code wird dies die E-Mail-Adresse Ihres Kontos bei {{product}}. Geben Sie ihn dort ein, wo Sie angemeldet sind:',
      expires_one: 'Der Code gilt einmalig und eine Minute lang.',
      expires_other: 'Der Code gilt einmalig und {{count}} Minuten lang.',
      ignore:
        'Sie haben dort kein Konto oder wollten die Adresse nicht ändern? Dann ignorieren Sie diese E-Mail, und geben Sie den Code nicht weiter. Ohne den Code passiert nichts.',
    },
    fr: {
      subject: 'Confirmez votre nouvelle adresse e-mail pour {{product}}',
      intro:
        'Saisissez ce code là où vous êtes connecté, et cette adresse deviendra celle de votre compte sur {{product}} :',
      expires_one: 'Il est valable une seule fois, pendant une minute.',
      expires_other: 'Il est valable une seule fois, pendant {{count}} minutes.',
      ignore:
        'Vous n’y avez pas de compte, ou vous n’avez rien demandé ? Alors ignorez cet e-mail et ne communiquez le code à personne : sans lui, il ne se passe rien.',
    },
    es: {
      subject: 'Confirme su nueva dirección de correo electrónico para {{product}}',
      intro:
        'Introduzca este código donde tiene la sesión iniciada y esta pasará a ser la dirección de su cuenta en {{product}}:',
      expires_one: 'Es válido una sola vez, durante un minuto.',
      expires_other: 'Es válido una sola vez, durante {{count}} minutos.',
      ignore:
        '¿No tiene allí ninguna cuenta o no ha solicitado esto? Entonces ignore este correo y no comunique el código a nadie: sin él no ocurre nada.',
    },
  },
});

import { defineCodeMail } from '../../challenges/define-code-mail.js';

/** Sent when someone signs in by a provider that names this address. Greets no one by name, since the address may be a stranger's. */
export const linkIdentityCode = defineCodeMail({
  name: 'link-identity-code',
  ending: 'notYou',
  phrases: {
    en: {
      subject: 'Your code for signing in to {{product}}',
      intro:
        'Someone, perhaps you, is signing in to {{product}} with an account at another service that has this e-mail address. Enter this code to connect it and to sign in:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      notYou:
        'If it was not you, ignore this mail and do not give the code to anyone: without it nothing is connected.',
    },
    de: {
      subject: 'Ihr Code für die Anmeldung bei {{product}}',
      intro:
        'Jemand – vielleicht Sie selbst – meldet sich bei {{product}} mit einem Konto bei einem anderen Dienst an, das diese E-Mail-Adresse hat. Geben Sie diesen Code ein, um es zu verbinden und sich anzumelden:',
      expires_one: 'Er gilt einmalig und eine Minute lang.',
      expires_other: 'Er gilt einmalig und {{count}} Minuten lang.',
      notYou:
        'Das waren nicht Sie? Dann ignorieren Sie diese E-Mail, und geben Sie den Code nicht weiter. Ohne ihn wird nichts verbunden.',
    },
    fr: {
      subject: 'Votre code de connexion à {{product}}',
      intro:
        'Quelqu’un, peut-être vous, se connecte à {{product}} avec un compte auprès d’un autre service qui a cette adresse e-mail. Saisissez ce code pour le relier et vous connecter :',
      expires_one: 'Il est valable une seule fois, pendant une minute.',
      expires_other: 'Il est valable une seule fois, pendant {{count}} minutes.',
      notYou:
        'Ce n’était pas vous ? Alors ignorez cet e-mail et ne communiquez le code à personne : sans lui, rien n’est relié.',
    },
    es: {
      subject: 'Su código para iniciar sesión en {{product}}',
      intro:
        'Alguien, quizá usted, inicia sesión en {{product}} con una cuenta de otro servicio que tiene esta dirección de correo electrónico. Introduzca este código para conectarla e iniciar sesión:',
      expires_one: 'Es válido una sola vez, durante un minuto.',
      expires_other: 'Es válido una sola vez, durante {{count}} minutos.',
      notYou: '¿No fue usted? Entonces ignore este correo y no comunique el código a nadie: sin él no se conecta nada.',
    },
  },
});

import { defineCodeMail } from '../challenges/define-code-mail.js';

/** Sent when a sensitive operation requires a recent authentication of a user who has neither a password nor a second factor. */
export const reauthenticationCode = defineCodeMail({
  name: 'reauthentication-code',
  ending: 'notYou',
  phrases: {
    en: {
      subject: 'Your confirmation code for {{product}}',
      intro: 'You are about to change something important in your account. Enter this code to confirm that it is you:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      notYou:
        'If it is not you, someone else is using one of your sessions. Do not give the code to anyone, and sign out on all devices.',
    },
    de: {
      subject: 'Ihr Bestätigungscode für {{product}}',
      intro:
        'Sie sind dabei, etwas Wichtiges an Ihrem Konto zu ändern. Geben Sie diesen Code ein, um zu bestätigen, dass Sie es sind:',
      expires_one: 'Der Code gilt einmalig und eine Minute lang.',
      expires_other: 'Der Code gilt einmalig und {{count}} Minuten lang.',
      notYou:
        'Sie sind es nicht? Dann benutzt eine andere Person eine Ihrer Sitzungen. Geben Sie den Code nicht weiter, und melden Sie alle Geräte ab.',
    },
    fr: {
      subject: 'Votre code de confirmation pour {{product}}',
      intro:
        'Vous êtes sur le point de modifier quelque chose d’important dans votre compte. Saisissez ce code pour confirmer que c’est bien vous :',
      expires_one: 'Il est valable une seule fois, pendant une minute.',
      expires_other: 'Il est valable une seule fois, pendant {{count}} minutes.',
      notYou:
        'Ce n’est pas vous ? Alors quelqu’un d’autre utilise l’une de vos sessions. Ne communiquez le code à personne, et déconnectez tous les appareils.',
    },
    es: {
      subject: 'Su código de confirmación para {{product}}',
      intro:
        'Está a punto de cambiar algo importante en su cuenta. Introduzca este código para confirmar que es usted:',
      expires_one: 'Es válido una sola vez, durante un minuto.',
      expires_other: 'Es válido una sola vez, durante {{count}} minutos.',
      notYou:
        '¿No es usted? Entonces otra persona utiliza una de sus sesiones. No comunique el código a nadie y cierre la sesión en todos los dispositivos.',
    },
  },
});

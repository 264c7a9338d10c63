import { defineNotice } from '../notices/define-notice.js';

export const emailChangeRequested = defineNotice({
  name: 'email-change-requested',
  phrases: {
    en: {
      subject: 'A new e-mail address for your account at {{product}}?',
      intro:
        'Someone, probably you, has asked to change the e-mail address of your account at {{product}}. Nothing has changed yet: the new address must be confirmed first.',
      todo: 'If that was you, there is nothing to do here.',
      notYou:
        'If it was not you, someone knows your password. Choose a new one now: where you sign in, say that you have forgotten it. That also stops the change.',
    },
    de: {
      subject: 'Neue E-Mail-Adresse für Ihr Konto bei {{product}}?',
      intro:
        'Jemand – wahrscheinlich Sie selbst – möchte die E-Mail-Adresse Ihres Kontos bei {{product}} ändern. Noch wurde nichts geändert: Zuerst muss die neue Adresse bestätigt werden.',
      todo: 'Wenn Sie das waren, müssen Sie hier nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt eine andere Person Ihr Passwort. Fordern Sie jetzt bei der Anmeldung ein neues an. Damit verhindern Sie auch die Änderung.',
    },
    fr: {
      subject: 'Une nouvelle adresse e-mail pour votre compte sur {{product}} ?',
      intro:
        'Quelqu’un, probablement vous, a demandé à changer l’adresse e-mail de votre compte sur {{product}}. Rien n’a encore changé : la nouvelle adresse doit d’abord être confirmée.',
      todo: 'Si c’était vous, vous n’avez rien à faire ici.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un connaît votre mot de passe. Choisissez-en un nouveau dès maintenant : indiquez, à la connexion, que vous l’avez oublié. Cela arrête aussi le changement.',
    },
    es: {
      subject: '¿Una nueva dirección de correo electrónico para su cuenta en {{product}}?',
      intro:
        'Alguien, probablemente usted, ha solicitado cambiar la dirección de correo electrónico de su cuenta en {{product}}. Todavía no ha cambiado nada: primero hay que confirmar la nueva dirección.',
      todo: 'Si fue usted, aquí no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces alguien conoce su contraseña. Elija una nueva ahora: indique, al iniciar sesión, que la ha olvidado. Así también se detiene el cambio.',
    },
  },
});

import { defineNotice } from '../notices/define-notice.js';

export const newSignIn = defineNotice({
  name: 'new-sign-in',
  phrases: {
    en: {
      subject: 'New sign-in to {{product}}',
      intro:
        'Someone, probably you, has signed in to {{product}} on a device that we have not seen with your account before.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else knows your password or reads your mail. Choose a new password now: that ends every session.',
    },
    de: {
      subject: 'Neue Anmeldung bei {{product}}',
      intro:
        'Jemand – wahrscheinlich Sie selbst – hat sich bei {{product}} auf einem Gerät angemeldet, das bisher nicht mit Ihrem Konto verwendet wurde.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt eine andere Person Ihr Passwort oder liest Ihre E-Mails. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet.',
    },
    fr: {
      subject: 'Nouvelle connexion à {{product}}',
      intro:
        'Quelqu’un, probablement vous, s’est connecté à {{product}} sur un appareil que nous n’avions pas encore vu avec votre compte.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre connaît votre mot de passe ou lit vos e-mails. Choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils.',
    },
    es: {
      subject: 'Nuevo inicio de sesión en {{product}}',
      intro:
        'Alguien, probablemente usted, ha iniciado sesión en {{product}} en un dispositivo que no habíamos visto antes con su cuenta.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona conoce su contraseña o lee su correo. Elija ahora una contraseña nueva: así se cierra la sesión en todos los dispositivos.',
    },
  },
});

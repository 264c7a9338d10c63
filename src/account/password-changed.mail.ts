import { defineNotice } from '../notices/define-notice.js';

export const passwordChanged = defineNotice({
  name: 'password-changed',
  phrases: {
    en: {
      subject: 'Your password for {{product}} was changed',
      intro: 'The password of your account at {{product}} was changed, and other devices were signed out.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, choose a new password immediately: where you sign in, say that you have forgotten it. Make sure that this mailbox is safe, too.',
    },
    de: {
      subject: 'Ihr Passwort für {{product}} wurde geändert',
      intro: 'Das Passwort Ihres Kontos bei {{product}} wurde geändert. Andere Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann fordern Sie sofort bei der Anmeldung ein neues Passwort an. Prüfen Sie auch, ob das Passwort dieses Postfachs noch sicher ist.',
    },
    fr: {
      subject: 'Votre mot de passe pour {{product}} a été changé',
      intro:
        'Le mot de passe de votre compte sur {{product}} a été changé, et les autres appareils ont été déconnectés.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors choisissez tout de suite un nouveau mot de passe : indiquez, à la connexion, que vous l’avez oublié. Veillez aussi au mot de passe de cette boîte aux lettres.',
    },
    es: {
      subject: 'Se ha cambiado su contraseña de {{product}}',
      intro:
        'Se ha cambiado la contraseña de su cuenta en {{product}} y se ha cerrado la sesión en los demás dispositivos.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces elija enseguida una contraseña nueva: indique, al iniciar sesión, que la ha olvidado. Cuide también la contraseña de este buzón.',
    },
  },
});

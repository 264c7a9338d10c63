import { defineNotice } from '../notices/define-notice.js';

/** Reports the first password of an account: from now on it signs in without the mailbox. */
export const passwordSet = defineNotice({
  name: 'password-set',
  phrases: {
    en: {
      subject: 'Your account at {{product}} has a password now',
      intro: 'A password was set for your account at {{product}}, which had none, and other devices were signed out.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, choose a new password immediately: where you sign in, say that you have forgotten it. Make sure that this mailbox is safe, too.',
    },
    de: {
      subject: 'Ihr Konto bei {{product}} hat jetzt ein Passwort',
      intro:
        'Für Ihr Konto bei {{product}}, das bisher keines hatte, wurde ein Passwort festgelegt. Andere Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann fordern Sie sofort bei der Anmeldung ein neues Passwort an. Prüfen Sie auch, ob das Passwort dieses Postfachs noch sicher ist.',
    },
    fr: {
      subject: 'Votre compte sur {{product}} a maintenant un mot de passe',
      intro:
        'Un mot de passe a été défini pour votre compte sur {{product}}, qui n’en avait pas, et les autres appareils ont été déconnectés.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors choisissez tout de suite un nouveau mot de passe : indiquez, à la connexion, que vous l’avez oublié. Veillez aussi au mot de passe de cette boîte aux lettres.',
    },
    es: {
      subject: 'Su cuenta en {{product}} tiene ahora una contraseña',
      intro:
        'Se ha establecido una contraseña para su cuenta en {{product}}, que no tenía ninguna, y se ha cerrado la sesión en los demás dispositivos.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces elija enseguida una contraseña nueva: indique, al iniciar sesión, que la ha olvidado. Cuide también la contraseña de este buzón.',
    },
  },
});

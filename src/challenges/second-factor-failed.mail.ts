import { defineNotice } from '../notices/define-notice.js';

/** Someone passed the first factor of a sign-in, and gave wrong answers for the second. */
export const secondFactorFailed = defineNotice({
  name: 'second-factor-failed',
  phrases: {
    en: {
      subject: 'Failed sign-in to {{product}}: someone may know your password',
      intro:
        'Someone has passed the first step of a sign-in to your account at {{product}}, usually with the password, and has then failed several times at the second. They were not signed in.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else knows your password or reads your mail. Choose a new password now: that ends every session.',
    },
    de: {
      subject: 'Fehlgeschlagene Anmeldung bei {{product}}: Vielleicht kennt jemand Ihr Passwort',
      intro:
        'Jemand hat bei {{product}} den ersten Schritt der Anmeldung mit Ihrem Konto geschafft, meist mit dem Passwort, und ist dann mehrmals am zweiten gescheitert. Die Anmeldung ist nicht gelungen.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt eine andere Person Ihr Passwort oder liest Ihre E-Mails. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet.',
    },
    fr: {
      subject: 'Échec de connexion à {{product}} : quelqu’un connaît peut-être votre mot de passe',
      intro:
        'Quelqu’un a franchi la première étape de la connexion à votre compte {{product}}, le plus souvent avec le mot de passe, puis a échoué plusieurs fois à la seconde. La connexion n’a pas abouti.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre connaît votre mot de passe ou lit vos e-mails. Choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils.',
    },
    es: {
      subject: 'Inicio de sesión fallido en {{product}}: es posible que alguien conozca su contraseña',
      intro:
        'Alguien ha superado el primer paso del inicio de sesión en su cuenta de {{product}}, por lo general con la contraseña, y después ha fallado varias veces en el segundo. No ha llegado a iniciar sesión.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona conoce su contraseña o lee su correo. Elija ahora una contraseña nueva: así se cierra la sesión en todos los dispositivos.',
    },
  },
});

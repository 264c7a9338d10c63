import { button, code, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface ResetPasswordParams {
  code: string;
  link: string;
  minutes: number;
}

/** Anyone who types the address can request it: without the code nothing happens. */
export const resetPasswordMail = defineMail<ResetPasswordParams>({
  name: 'reset-password',
  awaited: true,
  blocks: (mail) => [
    greeting(),
    paragraph('intro'),
    code(mail.code),
    paragraph('or'),
    button('button', mail.link),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: {
    code: '4830175',
    link: 'https://auth.example.com/reset-password?challenge=sample&code=4830175&lang=en',
    minutes: 10,
  },
  phrases: {
    en: {
      subject: 'Choose a new password for {{product}}',
      intro: 'Enter this code to choose a new password at {{product}}:',
      or: 'Or choose it on this page:',
      button: 'Choose a new password',
      expires_one: 'Code and link work once, for one minute. A new password signs you out everywhere.',
      expires_other: 'Code and link work once, for {{count}} minutes. A new password signs you out everywhere.',
      ignore:
        'If you did not ask for this, ignore this mail and do not give the code to anyone: without it your password stays as it is.',
    },
    de: {
      subject: 'Wählen Sie ein neues Passwort für {{product}}',
      intro: 'Geben Sie diesen Code ein, um ein neues Passwort für {{product}} zu wählen:',
      or: 'Oder wählen Sie es auf dieser Seite:',
      button: 'Neues Passwort wählen',
      expires_one:
        'Code und Link gelten einmalig und eine Minute lang. Mit dem neuen Passwort werden Sie auf allen Geräten abgemeldet.',
      expires_other:
        'Code und Link gelten einmalig und {{count}} Minuten lang. Mit dem neuen Passwort werden Sie auf allen Geräten abgemeldet.',
      ignore:
        'Sie haben kein neues Passwort angefordert? Dann ignorieren Sie diese E-Mail, und geben Sie den Code nicht weiter. Ohne den Code bleibt Ihr Passwort unverändert.',
    },
    fr: {
      subject: 'Choisissez un nouveau mot de passe pour {{product}}',
      intro: 'Saisissez ce code pour choisir un nouveau mot de passe pour {{product}} :',
      or: 'Ou choisissez-le sur cette page :',
      button: 'Choisir un nouveau mot de passe',
      expires_one:
        'Le code et le lien sont valables une seule fois, pendant une minute. Un nouveau mot de passe vous déconnecte de tous les appareils.',
      expires_other:
        'Le code et le lien sont valables une seule fois, pendant {{count}} minutes. Un nouveau mot de passe vous déconnecte de tous les appareils.',
      ignore:
        'Vous n’avez rien demandé ? Alors ignorez cet e-mail et ne communiquez le code à personne : sans lui, votre mot de passe reste inchangé.',
    },
    es: {
      subject: 'Elija una contraseña nueva para {{product}}',
      intro: 'Introduzca este código para elegir una contraseña nueva en {{product}}:',
      or: 'O elíjala en esta página:',
      button: 'Elegir una contraseña nueva',
      expires_one:
        'El código y el enlace son válidos una sola vez, durante un minuto. Una contraseña nueva cierra su sesión en todos los dispositivos.',
      expires_other:
        'El código y el enlace son válidos una sola vez, durante {{count}} minutos. Una contraseña nueva cierra su sesión en todos los dispositivos.',
      ignore:
        '¿No ha solicitado esto? Entonces ignore este correo y no comunique el código a nadie: sin él, su contraseña no cambia.',
    },
  },
});

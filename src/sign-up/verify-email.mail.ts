import { button, code, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface VerifyEmailParams {
  code: string;
  /** Empty if only the code may be used. */
  link: string;
  minutes: number;
}

/** Verifies the address of a new account. Names no one, since the address may be a stranger's. */
export const verifyEmail = defineMail<VerifyEmailParams>({
  name: 'verify-email',
  awaited: true,
  blocks: (mail) => [
    greeting(),
    paragraph('intro'),
    code(mail.code),
    ...(mail.link ? [paragraph('or'), button('button', mail.link)] : []),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: {
    code: '4830175',
    link: 'https://auth.example.com/verify?challenge=sample&code=4830175&lang=en',
    minutes: 10,
  },
  phrases: {
    en: {
      subject: 'Confirm your e-mail address for {{product}}',
      intro: 'Enter this code to finish opening your account at {{product}}:',
      or: 'Or confirm with one click:',
      button: 'Confirm e-mail address',
      expires_one: 'Code and link work once, for one minute.',
      expires_other: 'Code and link work once, for {{count}} minutes.',
      ignore: 'If you did not open an account, ignore this mail: without the code nothing happens.',
    },
    de: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {{product}}',
      intro: 'Geben Sie diesen Code ein, um die Eröffnung Ihres Kontos bei {{product}} abzuschließen:',
      or: 'Oder bestätigen Sie Ihre Adresse mit einem Klick:',
      button: 'E-Mail-Adresse bestätigen',
      expires_one: 'Code und Link gelten einmalig und eine Minute lang.',
      expires_other: 'Code und Link gelten einmalig und {{count}} Minuten lang.',
      ignore: 'Sie haben kein Konto eröffnet? Dann ignorieren Sie diese E-Mail. Ohne den Code passiert nichts.',
    },
    fr: {
      subject: 'Confirmez votre adresse e-mail pour {{product}}',
      intro: 'Saisissez ce code pour terminer l’ouverture de votre compte sur {{product}} :',
      or: 'Ou confirmez en un clic :',
      button: 'Confirmer l’adresse e-mail',
      expires_one: 'Le code et le lien sont valables une seule fois, pendant une minute.',
      expires_other: 'Le code et le lien sont valables une seule fois, pendant {{count}} minutes.',
      ignore: 'Vous n’avez pas ouvert de compte ? Alors ignorez cet e-mail : sans le code, il ne se passe rien.',
    },
    es: {
      subject: 'Confirme su dirección de correo electrónico para {{product}}',
      intro: 'Introduzca este código para terminar de abrir su cuenta en {{product}}:',
      or: 'O confirme con un clic:',
      button: 'Confirmar la dirección de correo',
      expires_one: 'El código y el enlace son válidos una sola vez, durante un minuto.',
      expires_other: 'El código y el enlace son válidos una sola vez, durante {{count}} minutos.',
      ignore: '¿No ha abierto ninguna cuenta? Entonces ignore este correo: sin el código no ocurre nada.',
    },
  },
});

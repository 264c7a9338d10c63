import { button, code, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface SignInByCodeParams {
  code: string;
  /** Leads to the application's page, which requires a click. Empty without APP_URL. */
  link: string;
  minutes: number;
  /** The address has no account: the code opens one. */
  newcomer: boolean;
}

/** Anyone who types the address can request it: without the code nothing happens. Names no one, since the address may be a stranger's. */
export const signInByCode = defineMail<SignInByCodeParams>({
  name: 'sign-in-by-code',
  awaited: true,
  blocks: (mail) => [
    greeting(),
    paragraph(mail.newcomer ? 'newcomer' : 'intro'),
    code(mail.code),
    ...(mail.link ? [paragraph('or'), button('button', mail.link)] : []),
    note('expires', { count: mail.minutes }),
    note('ignore'),
  ],
  sample: {
    code: '4830175',
    link: 'https://app.example.com/#challenge=sample&code=4830175',
    minutes: 10,
    newcomer: false,
  },
  phrases: {
    en: {
      subject: 'Your code to sign in to {{product}}',
      intro: 'Enter this code to sign in to {{product}}:',
      newcomer:
        'There is no account at {{product}} with this e-mail address yet. Enter this code to open one and to sign in:',
      or: 'Or sign in on the device on which you read this mail:',
      button: 'Sign in',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      ignore:
        'If you did not ask for this, ignore this mail and do not give the code to anyone: without it no one gets in.',
    },
    de: {
      subject: 'Ihr Code zur Anmeldung bei {{product}}',
      intro: 'Geben Sie diesen Code ein, um sich bei {{product}} anzumelden:',
      newcomer:
        'Mit dieser E-Mail-Adresse gibt es bei {{product}} noch kein Konto. Geben Sie diesen Code ein, um eines zu eröffnen und sich anzumelden:',
      or: 'Oder melden Sie sich auf dem Gerät an, auf dem Sie diese E-Mail lesen:',
      button: 'Anmelden',
      expires_one: 'Der Code gilt einmalig und eine Minute lang.',
      expires_other: 'Der Code gilt einmalig und {{count}} Minuten lang.',
      ignore:
        'Sie haben keinen Code angefordert? Dann ignorieren Sie diese E-Mail, und geben Sie den Code nicht weiter. Ohne ihn kann sich niemand anmelden.',
    },
    fr: {
      subject: 'Votre code de connexion à {{product}}',
      intro: 'Saisissez ce code pour vous connecter à {{product}} :',
      newcomer:
        'Il n’y a pas encore de compte sur {{product}} avec cette adresse e-mail. Saisissez ce code pour en ouvrir un et vous connecter :',
      or: 'Ou connectez-vous sur l’appareil sur lequel vous lisez cet e-mail :',
      button: 'Se connecter',
      expires_one: 'Il est valable une seule fois, pendant une minute.',
      expires_other: 'Il est valable une seule fois, pendant {{count}} minutes.',
      ignore:
        'Vous n’avez rien demandé ? Alors ignorez cet e-mail et ne communiquez le code à personne : sans lui, personne ne peut se connecter.',
    },
    es: {
      subject: 'Su código para iniciar sesión en {{product}}',
      intro: 'Introduzca este código para iniciar sesión en {{product}}:',
      newcomer:
        'Todavía no hay ninguna cuenta en {{product}} con esta dirección de correo electrónico. Introduzca este código para abrir una e iniciar sesión:',
      or: 'O inicie sesión en el dispositivo en el que lee este correo:',
      button: 'Iniciar sesión',
      expires_one: 'Es válido una sola vez, durante un minuto.',
      expires_other: 'Es válido una sola vez, durante {{count}} minutos.',
      ignore:
        '¿No ha solicitado esto? Entonces ignore este correo y no comunique el código a nadie: sin él nadie puede entrar.',
    },
  },
});

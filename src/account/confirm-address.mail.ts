import { defineCodeMail } from '../challenges/define-code-mail.js';

/** Verifies the address of an account that is in use. Names no one, since the address may be a stranger's. */
export const confirmAddress = defineCodeMail({
  name: 'confirm-address',
  ending: 'ignore',
  phrases: {
    en: {
      subject: 'Confirm your e-mail address for {{product}}',
      intro: 'Enter this code where you are signed in to {{product}}, to confirm that this e-mail address is yours:',
      expires_one: 'It works once, for one minute.',
      expires_other: 'It works once, for {{count}} minutes.',
      ignore:
        'If you have no account there, ignore this mail, and do not give the code to anyone: someone has used your address.',
    },
    de: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {{product}}',
      intro:
        'Geben Sie diesen Code dort ein, wo Sie bei {{product}} angemeldet sind, um zu bestätigen, dass diese E-Mail-Adresse Ihnen gehört:',
      expires_one: 'Der Code gilt einmalig und eine Minute lang.',
      expires_other: 'Der Code gilt einmalig und {{count}} Minuten lang.',
      ignore:
        'Sie haben dort kein Konto? Dann ignorieren Sie diese E-Mail, und geben Sie den Code nicht weiter: Jemand hat Ihre Adresse verwendet.',
    },
    fr: {
      subject: 'Confirmez votre adresse e-mail pour {{product}}',
      intro:
        'Saisissez ce code là où vous êtes connecté à {{product}}, pour confirmer que cette adresse e-mail est la vôtre :',
      expires_one: 'Il est valable une seule fois, pendant une minute.',
      expires_other: 'Il est valable une seule fois, pendant {{count}} minutes.',
      ignore:
        'Vous n’y avez pas de compte ? Alors ignorez cet e-mail et ne communiquez le code à personne : quelqu’un a utilisé votre adresse.',
    },
    es: {
      subject: 'Confirme su dirección de correo electrónico para {{product}}',
      intro:
        'Introduzca este código donde tiene la sesión iniciada en {{product}}, para confirmar que esta dirección de correo electrónico es suya:',
      expires_one: 'Es válido una sola vez, durante un minuto.',
      expires_other: 'Es válido una sola vez, durante {{count}} minutos.',
      ignore:
        '¿No tiene allí ninguna cuenta? Entonces ignore este correo y no comunique el código a nadie: alguien ha utilizado su dirección.',
    },
  },
});

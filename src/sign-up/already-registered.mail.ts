import { button, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

/** Informs the owner of a taken address of the attempt; the person who tried learns nothing (OWASP ASVS 6.3.8). */
export const alreadyRegistered = defineMail<object>({
  name: 'already-registered',
  // Sent in place of a code, so that the two cannot be distinguished.
  awaited: true,
  blocks: (_mail, { appUrl }) => [
    greeting(),
    paragraph('intro'),
    paragraph('instead'),
    ...(appUrl ? [button('button', appUrl)] : []),
    note('notYou'),
  ],
  sample: {},
  phrases: {
    en: {
      subject: 'You already have an account at {{product}}',
      intro:
        'Someone, perhaps you, tried to open an account at {{product}} with this e-mail address. It already has one.',
      instead: 'Sign in as usual. If you have forgotten the password, ask for a new one where you sign in.',
      button: 'Go to the sign-in',
      notYou: 'If it was not you, there is nothing to do: no one got in, and nothing was changed.',
    },
    de: {
      subject: 'Sie haben bereits ein Konto bei {{product}}',
      intro:
        'Jemand – vielleicht Sie selbst – wollte mit dieser E-Mail-Adresse ein Konto bei {{product}} eröffnen. Es gibt bereits ein Konto mit dieser Adresse.',
      instead:
        'Melden Sie sich wie gewohnt an. Wenn Sie Ihr Passwort vergessen haben, fordern Sie bei der Anmeldung ein neues an.',
      button: 'Zur Anmeldung',
      notYou:
        'Das waren nicht Sie? Dann müssen Sie nichts tun: Niemand hat Zugriff auf Ihr Konto erhalten, und es wurde nichts geändert.',
    },
    fr: {
      subject: 'Vous avez déjà un compte sur {{product}}',
      intro:
        'Quelqu’un, peut-être vous, a voulu ouvrir un compte sur {{product}} avec cette adresse e-mail. Elle en a déjà un.',
      instead:
        'Connectez-vous comme d’habitude. Si vous avez oublié le mot de passe, demandez-en un nouveau à la connexion.',
      button: 'Aller à la connexion',
      notYou:
        'Ce n’était pas vous ? Vous n’avez rien à faire : personne n’a eu accès à votre compte, et rien n’a été changé.',
    },
    es: {
      subject: 'Ya tiene una cuenta en {{product}}',
      intro:
        'Alguien, quizá usted, ha intentado abrir una cuenta en {{product}} con esta dirección de correo electrónico. Ya existe una.',
      instead: 'Inicie sesión como siempre. Si ha olvidado la contraseña, solicite una nueva al iniciar sesión.',
      button: 'Ir al inicio de sesión',
      notYou: '¿No fue usted? No tiene que hacer nada: nadie ha accedido a su cuenta y no se ha cambiado nada.',
    },
  },
});

import { defineNotice } from '../notices/define-notice.js';

export const emailChangedByAdmin = defineNotice({
  name: 'email-changed-by-admin',
  phrases: {
    en: {
      subject: 'The e-mail address of your account at {{product}} was changed',
      intro:
        'An administrator of {{product}} has given your account another e-mail address. This address gets no further mail about it.',
      todo: 'If you asked for that, there is nothing to do.',
      notYou: 'If you did not ask for it, write to the people who run {{product}}.',
    },
    de: {
      subject: 'Die E-Mail-Adresse Ihres Kontos bei {{product}} wurde geändert',
      intro:
        'Die Administration von {{product}} hat für Ihr Konto eine andere E-Mail-Adresse eingetragen. An diese Adresse senden wir dazu keine weiteren E-Mails.',
      todo: 'Wenn Sie darum gebeten haben, müssen Sie nichts tun.',
      notYou: 'Sie haben nicht darum gebeten? Dann wenden Sie sich an den Betreiber von {{product}}.',
    },
    fr: {
      subject: 'L’adresse e-mail de votre compte sur {{product}} a été changée',
      intro:
        'Un administrateur de {{product}} a donné une autre adresse e-mail à votre compte. Ceci est le dernier e-mail à ce sujet envoyé à celle-ci.',
      todo: 'Si vous l’avez demandé, vous n’avez rien à faire.',
      notYou: 'Vous ne l’avez pas demandé ? Alors écrivez aux responsables de {{product}}.',
    },
    es: {
      subject: 'Se ha cambiado la dirección de correo electrónico de su cuenta en {{product}}',
      intro:
        'Un administrador de {{product}} ha dado a su cuenta otra dirección de correo electrónico. Este es el último correo al respecto que se envía a esta.',
      todo: 'Si usted lo ha solicitado, no tiene que hacer nada.',
      notYou: '¿No lo ha solicitado? Entonces escriba a los responsables de {{product}}.',
    },
  },
});

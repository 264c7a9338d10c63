import { defineNotice } from '../notices/define-notice.js';

export const emailChangeUndone = defineNotice({
  name: 'email-change-undone',
  phrases: {
    en: {
      subject: 'This is no longer the e-mail address of an account at {{product}}',
      intro:
        'The owner of the earlier e-mail address of an account at {{product}} has undone the change to this one. The account no longer has this address, and every session has ended.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, and the account is yours, write to the people who run {{product}}: someone may be reading the mail of your earlier address.',
    },
    de: {
      subject: 'Diese E-Mail-Adresse gehört nicht mehr zu einem Konto bei {{product}}',
      intro:
        'Die Änderung der E-Mail-Adresse eines Kontos bei {{product}} wurde über die frühere Adresse rückgängig gemacht. Das Konto verwendet diese Adresse nicht mehr, und alle Geräte wurden abgemeldet.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie, und das Konto gehört Ihnen? Dann wenden Sie sich an den Betreiber von {{product}}: Vielleicht liest eine andere Person die E-Mails Ihrer früheren Adresse.',
    },
    fr: {
      subject: 'Ce n’est plus l’adresse e-mail d’un compte sur {{product}}',
      intro:
        'Le titulaire de l’adresse e-mail précédente l’a reprise pour un compte sur {{product}}. Ce compte n’a plus cette adresse-ci, et toutes les sessions sont terminées.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous, et le compte est le vôtre ? Alors écrivez aux responsables de {{product}} : quelqu’un lit peut-être les e-mails de votre adresse précédente.',
    },
    es: {
      subject: 'Esta ya no es la dirección de correo electrónico de una cuenta en {{product}}',
      intro:
        'El titular de la dirección de correo anterior la ha recuperado para una cuenta en {{product}}. Esa cuenta ya no tiene esta dirección y todas las sesiones han terminado.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted y la cuenta es suya? Entonces escriba a los responsables de {{product}}: es posible que alguien lea el correo de su dirección anterior.',
    },
  },
});

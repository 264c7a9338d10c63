import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../notices/define-notice.js';
import { button, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface EmailChangedParams extends NoticeParams {
  /** Leads to the page that undoes the change. */
  link: string;
  days: number;
}

/** Goes to the old address: its owner can undo what an attacker did with a stolen session and password. */
export const emailChanged = defineMail<EmailChangedParams>({
  name: 'email-changed',
  blocks: (mail) => [...noticeBlocks(mail), button('button', mail.link), paragraph('until', { count: mail.days })],
  sample: { ...NOTICE_SAMPLE, link: 'https://auth.example.com/undo-email-change?change=sample&lang=en', days: 7 },
  phrases: {
    en: {
      subject: 'The e-mail address of your account at {{product}} was changed',
      intro: 'Your account at {{product}} now has another e-mail address. This address gets no further mail about it.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, undo the change: your account gets this address back, every session ends, and you choose a new password.',
      button: 'Undo the change',
      until_one: 'That is possible for one day.',
      until_other: 'That is possible for {{count}} days.',
    },
    de: {
      subject: 'Die E-Mail-Adresse Ihres Kontos bei {{product}} wurde geändert',
      intro:
        'Ihr Konto bei {{product}} hat jetzt eine andere E-Mail-Adresse. An die bisherige Adresse senden wir dazu keine weiteren E-Mails.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann nehmen Sie die Änderung zurück: Ihr Konto erhält wieder diese Adresse, alle Geräte werden abgemeldet, und Sie wählen ein neues Passwort.',
      button: 'Änderung zurücknehmen',
      until_one: 'Das ist einen Tag lang möglich.',
      until_other: 'Das ist {{count}} Tage lang möglich.',
    },
    fr: {
      subject: 'L’adresse e-mail de votre compte sur {{product}} a été changée',
      intro:
        'Votre compte sur {{product}} a désormais une autre adresse e-mail. Ceci est le dernier e-mail à ce sujet envoyé à celle-ci.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors annulez le changement : votre compte retrouve cette adresse, toutes les sessions se terminent, et vous choisissez un nouveau mot de passe.',
      button: 'Annuler le changement',
      until_one: 'C’est possible pendant un jour.',
      until_other: 'C’est possible pendant {{count}} jours.',
    },
    es: {
      subject: 'Se ha cambiado la dirección de correo electrónico de su cuenta en {{product}}',
      intro:
        'Su cuenta en {{product}} tiene ahora otra dirección de correo electrónico. Este es el último correo al respecto que se envía a esta.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces deshaga el cambio: su cuenta recupera esta dirección, todas las sesiones terminan y usted elige una contraseña nueva.',
      button: 'Deshacer el cambio',
      until_one: 'Es posible durante un día.',
      until_other: 'Es posible durante {{count}} días.',
    },
  },
});

import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface AccountDeletedParams extends NoticeParams {
  /** ISO 8601. Until then an administrator can restore the account. */
  purgeAfter: string;
}

export const accountDeletedMail = defineMail<AccountDeletedParams>({
  name: 'account-deleted',
  blocks: (mail) => noticeBlocks(mail, { key: 'purgeAfter', at: mail.purgeAfter }),
  sample: { ...NOTICE_SAMPLE, purgeAfter: '2026-12-20T14:03:00.000Z' },
  phrases: {
    en: {
      subject: 'Your account at {{product}} was deleted',
      intro: 'Your account at {{product}} was deleted, and all devices were signed out.',
      facts: { purgeAfter: 'Can be restored until' },
      todo: 'If that was what you wanted, there is nothing to do. You can open a new account with this address at any time.',
      notYou:
        'If it was not you, or you have changed your mind: until the day named above, the people who run {{product}} can restore the account. After that, no one can.',
    },
    de: {
      subject: 'Ihr Konto bei {{product}} wurde gelöscht',
      intro: 'Ihr Konto bei {{product}} wurde gelöscht. Alle Geräte wurden abgemeldet.',
      facts: { purgeAfter: 'Wiederherstellbar bis' },
      todo: 'Wenn Sie das so wollten, müssen Sie nichts tun. Sie können mit dieser E-Mail-Adresse jederzeit ein neues Konto eröffnen.',
      notYou:
        'Das waren nicht Sie, oder Sie haben es sich anders überlegt? Bis zum genannten Zeitpunkt kann der Betreiber von {{product}} das Konto wiederherstellen. Danach ist das nicht mehr möglich.',
    },
    fr: {
      subject: 'Votre compte sur {{product}} a été supprimé',
      intro: 'Votre compte sur {{product}} a été supprimé, et tous les appareils ont été déconnectés.',
      facts: {
        purgeAfter: 'Peut être rétabli jusqu’au',
      },
      todo: 'Si c’est ce que vous vouliez, vous n’avez rien à faire. Vous pouvez ouvrir un nouveau compte avec cette adresse à tout moment.',
      notYou:
        'Ce n’était pas vous, ou vous avez changé d’avis ? Jusqu’à la date indiquée ci-dessus, les responsables de {{product}} peuvent rétablir le compte ; ensuite, plus personne ne le peut.',
    },
    es: {
      subject: 'Su cuenta en {{product}} se ha eliminado',
      intro: 'Su cuenta en {{product}} se ha eliminado y se ha cerrado la sesión en todos los dispositivos.',
      facts: {
        purgeAfter: 'Se puede recuperar hasta el',
      },
      todo: 'Si es lo que quería, no tiene que hacer nada. Puede abrir una cuenta nueva con esta dirección en cualquier momento.',
      notYou:
        '¿No fue usted o ha cambiado de opinión? Hasta la fecha indicada, los responsables de {{product}} pueden recuperar la cuenta; después nadie podrá hacerlo.',
    },
  },
});

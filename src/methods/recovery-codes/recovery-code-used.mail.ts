import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../../notices/define-notice.js';
import { paragraph } from '../../platform/mail/blocks.js';
import { defineMail } from '../../platform/mail/define-mail.js';

interface RecoveryCodeUsedParams extends NoticeParams {
  /** How many are left. */
  left: number;
}

/** With this many left, it is time for new ones. */
const FEW = 3;

export const recoveryCodeUsed = defineMail<RecoveryCodeUsedParams>({
  name: 'recovery-code-used',
  blocks: ({ left, ...mail }) => [
    ...noticeBlocks(mail),
    paragraph('left', { count: left }),
    ...(left <= FEW ? [paragraph('few')] : []),
  ],
  sample: { ...NOTICE_SAMPLE, left: 3 },
  phrases: {
    en: {
      subject: 'A recovery code of your account at {{product}} was used',
      intro: 'One of your recovery codes was used to sign in to {{product}}. It does not work again.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else knows your password and your recovery codes. Choose a new password now: that ends every session. Then generate new recovery codes.',
      left_one: 'One recovery code is left.',
      left_other: '{{count}} recovery codes are left.',
      few: 'Generate new ones in the settings of your account, before you need them.',
    },
    de: {
      subject: 'Ein Wiederherstellungscode Ihres Kontos bei {{product}} wurde verwendet',
      intro:
        'Einer Ihrer Wiederherstellungscodes wurde für eine Anmeldung bei {{product}} verwendet. Er gilt nicht noch einmal.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kennt eine andere Person Ihr Passwort und Ihre Wiederherstellungscodes. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet. Erzeugen Sie danach neue Wiederherstellungscodes.',
      left_one: 'Ein Wiederherstellungscode ist noch übrig.',
      left_other: '{{count}} Wiederherstellungscodes sind noch übrig.',
      few: 'Erzeugen Sie in den Einstellungen Ihres Kontos neue, bevor Sie sie brauchen.',
    },
    fr: {
      subject: 'Un code de secours de votre compte sur {{product}} a été utilisé',
      intro: 'L’un de vos codes de secours a servi à se connecter à {{product}}. Il ne fonctionnera plus.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre connaît votre mot de passe et vos codes de secours. Choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils. Générez ensuite de nouveaux codes de secours.',
      left_one: 'Il reste un code de secours.',
      left_other: 'Il reste {{count}} codes de secours.',
      few: 'Générez-en de nouveaux dans les paramètres de votre compte, avant d’en avoir besoin.',
    },
    es: {
      subject: 'Se ha utilizado un código de recuperación de su cuenta en {{product}}',
      intro:
        'Uno de sus códigos de recuperación se ha utilizado para iniciar sesión en {{product}}. Ya no volverá a funcionar.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona conoce su contraseña y sus códigos de recuperación. Elija ahora una contraseña nueva: así se cierra la sesión en todos los dispositivos. Después genere nuevos códigos de recuperación.',
      left_one: 'Queda un código de recuperación.',
      left_other: 'Quedan {{count}} códigos de recuperación.',
      few: 'Genere otros nuevos en los ajustes de su cuenta antes de necesitarlos.',
    },
  },
});

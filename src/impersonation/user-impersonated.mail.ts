import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface ImpersonatedParams extends NoticeParams {
  /** As the administrator wrote it. */
  reason: string;
}

/** Does not say which administrator, nor on which device: that is for the audit log. */
export const userImpersonated = defineMail<ImpersonatedParams>({
  name: 'user-impersonated',
  blocks: (mail) => noticeBlocks(mail, { key: 'reason', text: mail.reason }),
  sample: { ...NOTICE_SAMPLE, device: null, reason: 'Ticket 4711: the invoice does not load' },
  phrases: {
    en: {
      subject: 'An administrator has opened your account at {{product}}',
      intro:
        'An administrator of {{product}} has opened your account, and sees it as you do. This ends by itself after 15 minutes at most. Your password, your second factors and your e-mail address cannot be changed in that time.',
      todo: 'If you asked for help, there is nothing to do.',
      notYou: 'If you do not know why, write to the people who run {{product}}.',
      facts: { reason: 'Reason' },
    },
    de: {
      subject: 'Die Administration hat Ihr Konto bei {{product}} geöffnet',
      intro:
        'Die Administration von {{product}} hat Ihr Konto geöffnet und sieht es so, wie Sie es sehen. Das endet nach höchstens 15 Minuten von selbst. Ihr Passwort, Ihre zweiten Faktoren und Ihre E-Mail-Adresse können in dieser Zeit nicht geändert werden.',
      todo: 'Wenn Sie um Hilfe gebeten haben, müssen Sie nichts tun.',
      notYou: 'Sie wissen nicht, warum? Dann wenden Sie sich an den Betreiber von {{product}}.',
      facts: { reason: 'Grund' },
    },
    fr: {
      subject: 'Un administrateur a ouvert votre compte sur {{product}}',
      intro:
        'Un administrateur de {{product}} a ouvert votre compte et le voit comme vous. Cela prend fin de lui-même après 15 minutes au plus. Votre mot de passe, vos seconds facteurs et votre adresse e-mail ne peuvent pas être modifiés pendant ce temps.',
      todo: 'Si vous avez demandé de l’aide, vous n’avez rien à faire.',
      notYou: 'Vous ne savez pas pourquoi ? Alors écrivez aux responsables de {{product}}.',
      facts: { reason: 'Motif' },
    },
    es: {
      subject: 'Un administrador ha abierto su cuenta en {{product}}',
      intro:
        'Un administrador de {{product}} ha abierto su cuenta y la ve como usted. Esto termina por sí solo después de 15 minutos como máximo. Su contraseña, sus segundos factores y su dirección de correo electrónico no se pueden cambiar en ese tiempo.',
      todo: 'Si ha pedido ayuda, no tiene que hacer nada.',
      notYou: '¿No sabe por qué? Entonces escriba a los responsables de {{product}}.',
      facts: { reason: 'Motivo' },
    },
  },
});

import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface ApiKeyParams extends NoticeParams {
  /** The name that the user gave it, and its first characters. */
  key: string;
}

export const apiKeyRevoked = defineMail<ApiKeyParams>({
  name: 'api-key-revoked',
  blocks: (mail) => noticeBlocks(mail, { key: 'key', text: mail.key }),
  sample: { ...NOTICE_SAMPLE, device: null, key: 'Nightly export (sp_live_4fK2…)' },
  phrases: {
    en: {
      subject: 'An API key of your account at {{product}} was revoked',
      intro:
        'An administrator of {{product}} has revoked an API key of your account. Programs that use it are refused from now on.',
      todo: 'If a program of yours needs a key, create another one in the settings of your account.',
      notYou: 'If you do not know why, write to the people who run {{product}}.',
      facts: { key: 'API key' },
    },
    de: {
      subject: 'Ein API-Schlüssel Ihres Kontos bei {{product}} wurde widerrufen',
      intro:
        'Die Administration von {{product}} hat einen API-Schlüssel Ihres Kontos widerrufen. Programme, die ihn verwenden, werden ab jetzt abgewiesen.',
      todo: 'Wenn eines Ihrer Programme einen Schlüssel braucht, erstellen Sie in den Einstellungen Ihres Kontos einen neuen.',
      notYou: 'Sie wissen nicht, warum? Dann wenden Sie sich an den Betreiber von {{product}}.',
      facts: { key: 'API-Schlüssel' },
    },
    fr: {
      subject: 'Une clé d’API de votre compte sur {{product}} a été révoquée',
      intro:
        'Un administrateur de {{product}} a révoqué une clé d’API de votre compte. Les programmes qui l’utilisent sont désormais refusés.',
      todo: 'Si l’un de vos programmes a besoin d’une clé, créez-en une autre dans les paramètres de votre compte.',
      notYou: 'Vous ne savez pas pourquoi ? Alors écrivez aux responsables de {{product}}.',
      facts: { key: 'Clé d’API' },
    },
    es: {
      subject: 'Se ha revocado una clave de API de su cuenta en {{product}}',
      intro:
        'Un administrador de {{product}} ha revocado una clave de API de su cuenta. Los programas que la usan se rechazan desde ahora.',
      todo: 'Si alguno de sus programas necesita una clave, cree otra en los ajustes de su cuenta.',
      notYou: '¿No sabe por qué? Entonces escriba a los responsables de {{product}}.',
      facts: { key: 'Clave de API' },
    },
  },
});

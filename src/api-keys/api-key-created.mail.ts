import { NOTICE_SAMPLE, noticeBlocks, type NoticeParams } from '../notices/define-notice.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface ApiKeyParams extends NoticeParams {
  /** The name that the user gave it, and its first characters. */
  key: string;
}

export const apiKeyCreated = defineMail<ApiKeyParams>({
  name: 'api-key-created',
  blocks: (mail) => noticeBlocks(mail, { key: 'key', text: mail.key }),
  sample: { ...NOTICE_SAMPLE, key: 'Nightly export (sp_live_4fK2…)' },
  phrases: {
    en: {
      subject: 'An API key was created for your account at {{product}}',
      intro: 'A new API key was created for your account at {{product}}. Programs can act for you with it.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else has access to your account. Revoke the key in the settings of your account, and choose a new password now: that ends every session, but no API key.',
      facts: { key: 'API key' },
    },
    de: {
      subject: 'Für Ihr Konto bei {{product}} wurde ein API-Schlüssel erstellt',
      intro:
        'Für Ihr Konto bei {{product}} wurde ein neuer API-Schlüssel erstellt. Programme können damit in Ihrem Namen handeln.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann hat eine andere Person Zugang zu Ihrem Konto. Widerrufen Sie den Schlüssel in den Einstellungen Ihres Kontos, und wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet, aber keine API-Schlüssel widerrufen.',
      facts: { key: 'API-Schlüssel' },
    },
    fr: {
      subject: 'Une clé d’API a été créée pour votre compte sur {{product}}',
      intro:
        'Une nouvelle clé d’API a été créée pour votre compte sur {{product}}. Des programmes peuvent agir en votre nom avec elle.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre a accès à votre compte. Révoquez la clé dans les paramètres de votre compte et choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils, mais ne révoque aucune clé d’API.',
      facts: { key: 'Clé d’API' },
    },
    es: {
      subject: 'Se ha creado una clave de API para su cuenta en {{product}}',
      intro:
        'Se ha creado una nueva clave de API para su cuenta en {{product}}. Con ella, los programas pueden actuar en su nombre.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona tiene acceso a su cuenta. Revoque la clave en los ajustes de su cuenta y elija ahora una contraseña nueva: así se cierra la sesión en todos los dispositivos, pero no se revoca ninguna clave de API.',
      facts: { key: 'Clave de API' },
    },
  },
});

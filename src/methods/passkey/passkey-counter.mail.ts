import { defineNotice } from '../../notices/define-notice.js';

/** The counter of a passkey went back: two authenticators may hold the same key. */
export const passkeyCounter = defineNotice({
  name: 'passkey-counter',
  phrases: {
    en: {
      subject: 'One of your passkeys for {{product}} may have been copied',
      intro:
        'A passkey of yours was used to sign in to {{product}}. It counted fewer uses than before. That happens when a security key is reset, or when there is a copy of it.',
      todo: 'If you have reset your security key, there is nothing to do.',
      notYou:
        'You have not? Then remove the passkey from your account, register a new one, and sign out on all devices.',
    },
    de: {
      subject: 'Einer Ihrer Passkeys für {{product}} wurde möglicherweise kopiert',
      intro:
        'Mit einem Ihrer Passkeys wurde eine Anmeldung bei {{product}} vorgenommen. Er hat weniger Verwendungen gezählt als zuvor. Das kommt vor, wenn ein Sicherheitsschlüssel zurückgesetzt wurde oder wenn es eine Kopie davon gibt.',
      todo: 'Wenn Sie Ihren Sicherheitsschlüssel zurückgesetzt haben, müssen Sie nichts tun.',
      notYou:
        'Das haben Sie nicht? Dann entfernen Sie den Passkey aus Ihrem Konto, registrieren Sie einen neuen und melden Sie sich auf allen Geräten ab.',
    },
  },
});

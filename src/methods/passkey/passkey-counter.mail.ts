import { defineNotice } from '../../notices/define-notice.js';

/** The counter of a passkey went back: two authenticators may hold the same key. */
export const passkeyCounter = defineNotice({
  name: 'passkey-counter',
  phrases: {
    en: {
      subject: 'One of your passkeys for {{product}} may have been copied',
      intro:
        'One of your passkeys was used to sign in to {{product}}, and it counted fewer uses than before. That happens when a security key is reset, or when there is a copy of it.',
      todo: 'If you have reset your security key, there is nothing to do.',
      notYou: 'Otherwise, remove the passkey from your account, register a new one, and sign out on all devices.',
    },
    de: {
      subject: 'Einer Ihrer Passkeys für {{product}} wurde möglicherweise kopiert',
      intro:
        'Mit einem Ihrer Passkeys wurde eine Anmeldung bei {{product}} vorgenommen. Er hat weniger Verwendungen gezählt als zuvor. Das kommt vor, wenn ein Sicherheitsschlüssel zurückgesetzt wurde oder wenn es eine Kopie davon gibt.',
      todo: 'Wenn Sie Ihren Sicherheitsschlüssel zurückgesetzt haben, müssen Sie nichts tun.',
      notYou:
        'Das haben Sie nicht? Dann entfernen Sie den Passkey aus Ihrem Konto, registrieren Sie einen neuen und melden Sie sich auf allen Geräten ab.',
    },
    fr: {
      subject: 'L’une de vos clés d’accès pour {{product}} a peut-être été copiée',
      intro:
        'L’une de vos clés d’accès a servi à se connecter à {{product}}. Elle a compté moins d’utilisations qu’auparavant. Cela arrive quand une clé de sécurité est réinitialisée, ou quand il en existe une copie.',
      todo: 'Si vous avez réinitialisé votre clé de sécurité, vous n’avez rien à faire.',
      notYou:
        'Ce n’est pas le cas ? Alors supprimez la clé d’accès de votre compte, enregistrez-en une nouvelle et déconnectez tous les appareils.',
    },
    es: {
      subject: 'Es posible que se haya copiado una de sus llaves de acceso de {{product}}',
      intro:
        'Una de sus llaves de acceso se ha utilizado para iniciar sesión en {{product}}. Ha contado menos usos que antes. Esto ocurre cuando se restablece una llave de seguridad o cuando existe una copia de ella.',
      todo: 'Si ha restablecido su llave de seguridad, no tiene que hacer nada.',
      notYou:
        '¿No lo ha hecho? Entonces elimine la llave de acceso de su cuenta, registre una nueva y cierre la sesión en todos los dispositivos.',
    },
  },
});

import { defineNotice } from '../../notices/define-notice.js';

export const recoveryCodesGenerated = defineNotice({
  name: 'recovery-codes-generated',
  phrases: {
    en: {
      subject: 'New recovery codes for your account at {{product}}',
      intro:
        'New recovery codes were generated for your account at {{product}}. The earlier ones do not work any more.',
      todo: 'If that was you, there is nothing to do.',
      notYou:
        'If it was not you, someone else can use your account. Choose a new password now: that ends every session. Then generate new recovery codes.',
    },
    de: {
      subject: 'Neue Wiederherstellungscodes für Ihr Konto bei {{product}}',
      intro:
        'Für Ihr Konto bei {{product}} wurden neue Wiederherstellungscodes erzeugt. Die bisherigen gelten nicht mehr.',
      todo: 'Wenn Sie das waren, müssen Sie nichts tun.',
      notYou:
        'Das waren nicht Sie? Dann kann eine andere Person Ihr Konto benutzen. Wählen Sie jetzt ein neues Passwort. Damit werden alle Geräte abgemeldet. Erzeugen Sie danach neue Wiederherstellungscodes.',
    },
    fr: {
      subject: 'Nouveaux codes de secours pour votre compte sur {{product}}',
      intro:
        'De nouveaux codes de secours ont été générés pour votre compte sur {{product}}. Les précédents ne fonctionnent plus.',
      todo: 'Si c’était vous, vous n’avez rien à faire.',
      notYou:
        'Ce n’était pas vous ? Alors quelqu’un d’autre peut utiliser votre compte. Choisissez dès maintenant un nouveau mot de passe : cela déconnecte tous les appareils. Générez ensuite de nouveaux codes de secours.',
    },
    es: {
      subject: 'Nuevos códigos de recuperación para su cuenta en {{product}}',
      intro:
        'Se han generado nuevos códigos de recuperación para su cuenta en {{product}}. Los anteriores ya no funcionan.',
      todo: 'Si fue usted, no tiene que hacer nada.',
      notYou:
        '¿No fue usted? Entonces otra persona puede utilizar su cuenta. Elija ahora una contraseña nueva: así se cierra la sesión en todos los dispositivos. Después genere nuevos códigos de recuperación.',
    },
  },
});

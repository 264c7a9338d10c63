import { addressOfChallenge } from '../challenges/address-of-challenge.js';
import type { FormPage } from '../feature.js';
import { resetPasswordOnPage } from './reset-password.js';

export const resetPasswordPage: FormPage<'challenge' | 'code' | 'newPassword'> = {
  path: '/reset-password',
  operation: 'resetPassword',
  fields: {
    challenge: { from: 'link' },
    code: { from: 'either', label: 'code', autocomplete: 'one-time-code', inputmode: 'numeric' },
    newPassword: { from: 'person', label: 'newPassword', type: 'password', autocomplete: 'new-password' },
  },
  username: async (services, { challenge }) => (challenge ? addressOfChallenge(services, challenge) : null),
  submit: (ctx, { challenge, ...answer }) => resetPasswordOnPage(ctx, { challengeToken: challenge, ...answer }),
  phrases: {
    en: {
      title: 'Choose a new password',
      text: 'The new password signs you out everywhere. If you did not ask for this, close this page: nothing has happened.',
      button: 'Save the password',
      done: 'Your password is changed',
      next: 'You are signed out everywhere. Sign in with the new password.',
    },
    de: {
      title: 'Neues Passwort wählen',
      text: 'Mit dem neuen Passwort werden Sie auf allen Geräten abgemeldet. Wenn Sie das nicht möchten, schließen Sie diese Seite: Es ist nichts passiert.',
      button: 'Passwort speichern',
      done: 'Ihr Passwort wurde geändert',
      next: 'Sie sind jetzt auf allen Geräten abgemeldet. Melden Sie sich mit dem neuen Passwort an.',
    },
    fr: {
      title: 'Choisissez un nouveau mot de passe',
      text: 'Le nouveau mot de passe vous déconnecte de tous les appareils. Si vous n’avez rien demandé, fermez cette page : il ne s’est rien passé.',
      button: 'Enregistrer le mot de passe',
      done: 'Votre mot de passe a été changé',
      next: 'Vous êtes déconnecté de tous les appareils. Connectez-vous avec le nouveau mot de passe.',
    },
    es: {
      title: 'Elija una contraseña nueva',
      text: 'La contraseña nueva cierra su sesión en todos los dispositivos. Si no ha solicitado esto, cierre esta página: no ha ocurrido nada.',
      button: 'Guardar la contraseña',
      done: 'Su contraseña se ha cambiado',
      next: 'Se ha cerrado su sesión en todos los dispositivos. Inicie sesión con la contraseña nueva.',
    },
  },
};

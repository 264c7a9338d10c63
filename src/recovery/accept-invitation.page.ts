import { addressOfChallenge } from '../challenges/address-of-challenge.js';
import type { FormPage } from '../feature.js';
import { acceptInvitation } from './accept-invitation.js';

export const acceptInvitationPage: FormPage<'challenge' | 'code' | 'newPassword'> = {
  path: '/accept-invitation',
  operation: 'acceptInvitation',
  fields: {
    challenge: { from: 'link' },
    code: { from: 'link' },
    newPassword: { from: 'person', label: 'password', type: 'password', autocomplete: 'new-password' },
  },
  username: async (services, { challenge }) => (challenge ? addressOfChallenge(services, challenge) : null),
  submit: (ctx, { challenge, ...answer }) => acceptInvitation(ctx, { challengeToken: challenge, ...answer }),
  phrases: {
    en: {
      title: 'Choose a password for your account',
      text: 'An account was created for you. Choose a password, and it is yours. If you do not want it, close this page: nothing has happened, and without a password no one can use the account.',
      button: 'Save the password',
      done: 'Your account is ready',
      next: 'Sign in with your e-mail address and the password that you have just chosen.',
      problems: {
        CHALLENGE_EXPIRED:
          'This invitation has expired or was already used. If you have already chosen a password, just sign in. Otherwise ask for a new password where you sign in, or write to the people who run this service.',
        INVALID_CODE: 'Something in this link is wrong. Open the link in the mail again, or copy all of it.',
        TOO_MANY_ATTEMPTS:
          'This invitation was tried too often. Ask for a new password where you sign in, or write to the people who run this service.',
      },
    },
    de: {
      title: 'Wählen Sie ein Passwort für Ihr Konto',
      text: 'Für Sie wurde ein Konto angelegt. Wählen Sie ein Passwort, um es zu übernehmen. Wenn Sie das Konto nicht möchten, schließen Sie diese Seite: Es ist nichts passiert, und ohne Passwort kann niemand das Konto benutzen.',
      button: 'Passwort speichern',
      done: 'Ihr Konto ist bereit',
      next: 'Melden Sie sich mit Ihrer E-Mail-Adresse und dem gewählten Passwort an.',
      problems: {
        CHALLENGE_EXPIRED:
          'Diese Einladung ist abgelaufen oder wurde bereits verwendet. Wenn Sie schon ein Passwort gewählt haben, melden Sie sich einfach an. Andernfalls fordern Sie bei der Anmeldung ein neues Passwort an, oder wenden Sie sich an den Betreiber dieses Dienstes.',
        INVALID_CODE:
          'Der Link enthält einen Fehler. Öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn vollständig.',
        TOO_MANY_ATTEMPTS:
          'Für diese Einladung gab es zu viele Versuche. Fordern Sie bei der Anmeldung ein neues Passwort an, oder wenden Sie sich an den Betreiber dieses Dienstes.',
      },
    },
    fr: {
      title: 'Choisissez un mot de passe pour votre compte',
      text: 'Un compte a été créé pour vous. Choisissez un mot de passe, et il est à vous. Si vous n’en voulez pas, fermez cette page : il ne s’est rien passé, et sans mot de passe, personne ne peut utiliser le compte.',
      button: 'Enregistrer le mot de passe',
      done: 'Votre compte est prêt',
      next: 'Connectez-vous avec votre adresse e-mail et le mot de passe que vous venez de choisir.',
      problems: {
        CHALLENGE_EXPIRED:
          'Cette invitation a expiré ou a déjà été utilisée. Si vous avez déjà choisi un mot de passe, connectez-vous simplement. Sinon, demandez un nouveau mot de passe à la connexion, ou écrivez aux responsables de ce service.',
        INVALID_CODE: 'Il y a une erreur dans ce lien. Ouvrez de nouveau le lien de l’e-mail, ou copiez-le en entier.',
        TOO_MANY_ATTEMPTS:
          'Cette invitation a fait l’objet de trop de tentatives. Demandez un nouveau mot de passe à la connexion, ou écrivez aux responsables de ce service.',
      },
    },
    es: {
      title: 'Elija una contraseña para su cuenta',
      text: 'Se ha creado una cuenta para usted. Elija una contraseña y será suya. Si no la quiere, cierre esta página: no ha ocurrido nada y sin contraseña nadie puede utilizar la cuenta.',
      button: 'Guardar la contraseña',
      done: 'Su cuenta está lista',
      next: 'Inicie sesión con su dirección de correo electrónico y la contraseña que acaba de elegir.',
      problems: {
        CHALLENGE_EXPIRED:
          'Esta invitación ha caducado o ya se ha utilizado. Si ya eligió una contraseña, inicie sesión sin más. Si no, solicite una contraseña nueva al iniciar sesión o escriba a los responsables de este servicio.',
        INVALID_CODE: 'Hay un error en este enlace. Abra de nuevo el enlace del correo o cópielo entero.',
        TOO_MANY_ATTEMPTS:
          'Esta invitación se ha intentado usar demasiadas veces. Solicite una contraseña nueva al iniciar sesión o escriba a los responsables de este servicio.',
      },
    },
  },
};

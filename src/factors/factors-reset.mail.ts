import { defineNotice } from '../notices/define-notice.js';

export const factorsReset = defineNotice({
  name: 'factors-reset',
  phrases: {
    en: {
      subject: 'The sign-in factors of your account at {{product}} were removed',
      intro:
        'An administrator has removed all second factors and passkeys of your account at {{product}}, and has ended every session.',
      todo: 'If you asked for that, sign in again and enrol new ones.',
      notYou: 'If you did not ask for that, write to the people who run this service.',
    },
    de: {
      subject: 'Die Anmeldefaktoren Ihres Kontos bei {{product}} wurden entfernt',
      intro:
        'Eine Administratorin oder ein Administrator hat alle zweiten Faktoren und Passkeys Ihres Kontos bei {{product}} entfernt. Alle Geräte wurden abgemeldet.',
      todo: 'Wenn Sie darum gebeten haben, melden Sie sich neu an und richten Sie neue ein.',
      notYou: 'Sie haben nicht darum gebeten? Dann wenden Sie sich an den Betreiber dieses Dienstes.',
    },
    fr: {
      subject: 'Les facteurs de connexion de votre compte sur {{product}} ont été supprimés',
      intro:
        'Un administrateur a supprimé tous les seconds facteurs et toutes les clés d’accès de votre compte sur {{product}}, et a mis fin à toutes les sessions.',
      todo: 'Si vous l’avez demandé, reconnectez-vous et ajoutez-en de nouveaux.',
      notYou: 'Vous ne l’avez pas demandé ? Alors écrivez aux responsables de ce service.',
    },
    es: {
      subject: 'Se han eliminado los factores de inicio de sesión de su cuenta en {{product}}',
      intro:
        'Un administrador ha eliminado todos los segundos factores y todas las llaves de acceso de su cuenta en {{product}} y ha cerrado todas las sesiones.',
      todo: 'Si usted lo ha solicitado, inicie sesión de nuevo y añada otros.',
      notYou: '¿No lo ha solicitado? Entonces escriba a los responsables de este servicio.',
    },
  },
});

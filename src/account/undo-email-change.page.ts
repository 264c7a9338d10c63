import type { FormPage } from '../feature.js';
import { undoEmailChange } from './undo-email-change.js';

export const undoEmailChangePage: FormPage<'change'> = {
  path: '/undo-email-change',
  operation: 'undoEmailChange',
  fields: { change: { from: 'link' } },
  submit: (ctx, { change }) => undoEmailChange(ctx, { changeToken: change }),
  phrases: {
    en: {
      title: 'Undo the change of your e-mail address',
      text: 'Press the button, and your account gets back the address that this mail was sent to. Every session ends, and the password stops working: we send you a mail to choose a new one.',
      button: 'Undo the change',
      done: 'Your account has its earlier e-mail address again',
      next: 'Every session has ended. To choose a new password, open the mail that we have just sent you.',
    },
    de: {
      title: 'Änderung Ihrer E-Mail-Adresse zurücknehmen',
      text: 'Klicken Sie auf die Schaltfläche, und Ihr Konto erhält wieder die Adresse, an die diese E-Mail ging. Alle Geräte werden abgemeldet, und das Passwort wird ungültig: Sie erhalten eine E-Mail, mit der Sie ein neues wählen.',
      button: 'Änderung zurücknehmen',
      done: 'Ihr Konto hat wieder seine frühere E-Mail-Adresse',
      next: 'Alle Geräte wurden abgemeldet. Um ein neues Passwort zu wählen, öffnen Sie die E-Mail, die wir Ihnen gerade gesendet haben.',
    },
    fr: {
      title: 'Annuler le changement de votre adresse e-mail',
      text: 'Appuyez sur le bouton, et votre compte retrouve l’adresse à laquelle cet e-mail a été envoyé. Tous les appareils sont déconnectés, et le mot de passe cesse de fonctionner : vous recevrez un e-mail pour en choisir un nouveau.',
      button: 'Annuler le changement',
      done: 'Votre compte a retrouvé son adresse e-mail précédente',
      next: 'Tous les appareils ont été déconnectés. Pour choisir un nouveau mot de passe, ouvrez l’e-mail que nous venons de vous envoyer.',
    },
    es: {
      title: 'Deshacer el cambio de su dirección de correo electrónico',
      text: 'Pulse el botón y su cuenta recuperará la dirección a la que se envió este correo. Se cierra la sesión en todos los dispositivos y la contraseña deja de funcionar: recibirá un correo para elegir una nueva.',
      button: 'Deshacer el cambio',
      done: 'Su cuenta tiene de nuevo su dirección de correo anterior',
      next: 'Se ha cerrado la sesión en todos los dispositivos. Para elegir una contraseña nueva, abra el correo que acabamos de enviarle.',
    },
  },
};

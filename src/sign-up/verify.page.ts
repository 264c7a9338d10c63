import type { FormPage } from '../feature.js';
import { verifyAddress } from './verify-otp.js';

/** Verifies the address that the challenge was sent to. */
export const verifyPage: FormPage<'challenge' | 'code'> = {
  path: '/verify',
  operation: 'verifyOtp',
  fields: {
    challenge: { from: 'link' },
    code: { from: 'either', label: 'code', autocomplete: 'one-time-code', inputmode: 'numeric' },
  },
  submit: (ctx, { challenge, code }) => verifyAddress(ctx, { challengeToken: challenge, code }),
  phrases: {
    en: {
      title: 'Confirm your e-mail address',
      text: 'Press the button to confirm the address. If you did not ask for this, close this page: nothing has happened.',
      button: 'Confirm',
      done: 'Your e-mail address is confirmed',
      next: 'You can sign in now.',
    },
    de: {
      title: 'Bestätigen Sie Ihre E-Mail-Adresse',
      text: 'Klicken Sie auf die Schaltfläche, um die Adresse zu bestätigen. Wenn Sie das nicht möchten, schließen Sie diese Seite: Es ist nichts passiert.',
      button: 'Bestätigen',
      done: 'Ihre E-Mail-Adresse ist bestätigt',
      next: 'Sie können sich jetzt anmelden.',
    },
    fr: {
      title: 'Confirmez votre adresse e-mail',
      text: 'Appuyez sur le bouton, et l’adresse est confirmée. Si vous n’avez rien demandé, fermez cette page : il ne s’est rien passé.',
      button: 'Confirmer',
      done: 'Votre adresse e-mail est confirmée',
      next: 'Vous pouvez maintenant vous connecter.',
    },
    es: {
      title: 'Confirme su dirección de correo electrónico',
      text: 'Pulse el botón y la dirección quedará confirmada. Si no ha solicitado esto, cierre esta página: no ha ocurrido nada.',
      button: 'Confirmar',
      done: 'Su dirección de correo electrónico está confirmada',
      next: 'Ya puede iniciar sesión.',
    },
  },
};

import { facts, greeting, paragraph } from '../platform/mail/blocks.js';
import { defineMail } from '../platform/mail/define-mail.js';

interface WebhookDisabledParams {
  /** The host of its URL. */
  webhook: string;
  reason: string;
  /** ISO 8601. */
  at: string;
}

export const webhookDisabled = defineMail<WebhookDisabledParams>({
  name: 'webhook-disabled',
  blocks: ({ webhook, reason, at }) => [
    greeting(),
    paragraph('intro'),
    facts({ key: 'webhook', text: webhook }, { key: 'reason', text: reason }, { key: 'when', at }),
    paragraph('todo'),
  ],
  sample: {
    webhook: 'hooks.example.com',
    reason: 'The receiver answered 410 Gone.',
    at: '2026-11-20T14:03:00.000Z',
  },
  phrases: {
    en: {
      subject: 'A webhook of {{product}} was disabled',
      intro:
        'A webhook of {{product}} was disabled because its receiver does not accept events. Nothing more is sent to it.',
      todo: 'Events that happen in the meantime are not sent later. When the receiver works again, enable the webhook. You get this mail because you can change webhooks.',
      facts: { webhook: 'Webhook', reason: 'Reason' },
    },
    de: {
      subject: 'Ein Webhook von {{product}} wurde abgeschaltet',
      intro:
        'Ein Webhook von {{product}} wurde abgeschaltet, weil sein Empfänger keine Ereignisse annimmt. Es wird nichts mehr an ihn gesendet.',
      todo: 'Was inzwischen geschieht, wird für ihn nicht aufgeschrieben. Schalten Sie den Webhook wieder ein, sobald der Empfänger arbeitet. Sie erhalten diese E-Mail, weil Sie Webhooks ändern dürfen.',
      facts: { webhook: 'Webhook', reason: 'Grund' },
    },
    fr: {
      subject: 'Un webhook de {{product}} a été désactivé',
      intro:
        'Un webhook de {{product}} a été désactivé, car son destinataire n’accepte pas les événements. Plus rien ne lui est envoyé.',
      todo: 'Ce qui se passe entre-temps n’est pas enregistré pour lui. Réactivez le webhook dès que le destinataire fonctionne. Vous recevez cet e-mail parce que vous pouvez modifier les webhooks.',
      facts: { webhook: 'Webhook', reason: 'Raison' },
    },
    es: {
      subject: 'Se ha desactivado un webhook de {{product}}',
      intro:
        'Se ha desactivado un webhook de {{product}} porque su receptor no acepta eventos. Ya no se le envía nada.',
      todo: 'Lo que ocurra entretanto no se registra para él. Vuelva a activar el webhook cuando el receptor funcione. Recibe este correo porque puede modificar webhooks.',
      facts: { webhook: 'Webhook', reason: 'Motivo' },
    },
  },
});

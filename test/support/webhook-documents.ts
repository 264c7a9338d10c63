import { mutation } from './administration.js';

export const CREATE_WEBHOOK = mutation(
  'createWebhook',
  'CreateWebhookInput',
  'secret webhook { id url events enabled }',
);
export const UPDATE_WEBHOOK = mutation('updateWebhook', 'UpdateWebhookInput', 'id url events enabled disabledReason');
export const DELETE_WEBHOOK = mutation('deleteWebhook', 'WebhookIdInput', 'id');
export const ROTATE_WEBHOOK_SECRET = mutation('rotateWebhookSecret', 'WebhookIdInput', 'secret webhook { id }');
export const TEST_WEBHOOK = mutation('testWebhook', 'WebhookIdInput', 'id event status nextAttemptAt');
export const REDELIVER_WEBHOOK = mutation('redeliverWebhook', 'RedeliverWebhookInput', 'id event status');
export const WEBHOOK = /* GraphQL */ `
  query ($id: ID!, $status: WebhookDeliveryStatus) {
    webhook(id: $id) {
      id
      enabled
      disabledReason
      deliveries(status: $status) {
        totalCount
        nodes {
          id
          event
          status
          nextAttemptAt
          createdAt
          attempts {
            at
            responseStatus
            responseBody
            error
            durationMs
          }
        }
      }
    }
  }
`;

/** Made, and sent nothing. */
export const UNUSED_WEBHOOK = { url: 'https://93.184.215.14/hook', events: ['user.purged'] };

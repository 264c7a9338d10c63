import type { Needs } from '../context.js';
import { connectionOf, type PageArgs, readPage } from '../platform/pagination.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { WebhookDelivery, WebhookDeliveryStatus } from './webhook-delivery.entity.js';

export const WebhookDeliveryConnection = connectionOf(WebhookDelivery, 'WebhookDelivery');
export type WebhookDeliveryConnection = InstanceType<typeof WebhookDeliveryConnection>;

const DELIVERY = mapRows(WebhookDelivery);

/** A page of a webhook's deliveries, sent and waiting, newest first. */
export function listDeliveries(
  ctx: Needs<'sql' | 'pages'>,
  webhookId: string,
  status: WebhookDeliveryStatus | null,
  args: PageArgs,
): Promise<WebhookDeliveryConnection> {
  const listing = {
    columns: DELIVERY.selected('d'),
    from: 'webhook_deliveries d',
    where: (param: (value: unknown) => string) => [
      `d.webhook_id = ${param(webhookId)}::uuid`,
      // A constant, not a parameter: only then can the planner use the partial indexes.
      ...(status ? [`d.status = '${CONSTANT[status]}'`] : []),
    ],
    order: {
      name: 'createdAt',
      key: 'd.created_at',
      type: 'timestamptz' as const,
      id: 'd.id',
      direction: 'DESC' as const,
    },
    node: (row: RowOf<WebhookDelivery>) => DELIVERY.read(row) as WebhookDelivery,
  };
  return readPage(ctx, WebhookDeliveryConnection, listing, args);
}

const CONSTANT: Record<WebhookDeliveryStatus, string> = {
  PENDING: 'PENDING',
  DELIVERED: 'DELIVERED',
  FAILED: 'FAILED',
};

import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import { isId } from '../platform/ids.js';
import { Webhook } from './webhook.entity.js';

/** The webhook, locked until the transaction ends. */
export async function lockWebhook(tx: EntityManager, id: string): Promise<Webhook> {
  const webhook = isId(id) ? await tx.findOne(Webhook, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }) : null;
  if (!webhook) throw new Refusal('NOT_FOUND', { field: 'input.webhookId' });
  return webhook;
}

export async function findWebhook(em: EntityManager, id: string): Promise<Webhook | null> {
  return isId(id) ? em.findOne(Webhook, { id }) : null;
}

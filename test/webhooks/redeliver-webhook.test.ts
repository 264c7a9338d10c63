import { describe, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { REDELIVER_WEBHOOK } from '../support/webhook-documents.js';
import { inOrder, someUsers, webhookTest } from '../support/webhook-receiver.js';

const run = webhookTest();
const HOUR = 3_600_000;

const sql = <Row extends object>(text: string, values: unknown[] = []) => run.gateway.database.sql<Row>(text, values);
const deliveries = () => sql<Record<string, any>>('select * from webhook_deliveries order by seq');
const settled = () => until(async () => (await run.statuses())['PENDING'] === undefined);
const open = () => sql('update webhooks set not_before = null');

describe('redeliverWebhook', () => {
  const redeliver = async (input: object) => {
    const answer = await run.gateway.gql(REDELIVER_WEBHOOK, { input }, { token: await run.token() });
    return answer.data?.redeliverWebhook ?? answer.errors[0]?.extensions.code;
  };

  test('sends one again, with the same id and body, whatever became of it', async () => {
    const { id, secret } = await run.create();
    await run.tell('user.updated', someUsers(1));
    await settled();
    const [first] = await deliveries();
    expect(await redeliver({ webhookId: id, deliveryId: first!['id'] })).toMatchObject([{ status: 'PENDING' }]);
    await settled();
    expect(run.sent).toHaveLength(2);
    expect(run.sent[0]!.headers['webhook-id']).toBe(run.sent[1]!.headers['webhook-id']);
    expect(run.sent[0]!.body).toBe(run.sent[1]!.body);
    await run.verified(secret);
    expect((await run.read(id)).deliveries.nodes[0].attempts).toHaveLength(2);
  });

  test('sends what failed since an instant, in the order of each user', async () => {
    const users = someUsers(4);
    const { id } = await run.create();
    await sql("update webhooks set enabled = true, not_before = now() + interval '1 day'");
    await run.tell('user.updated', users, 3);
    await sql(`update webhook_deliveries set status = 'FAILED', tries = 10`);
    const [first] = await deliveries();
    await sql(`update webhook_deliveries set created_at = created_at - interval '1 hour' where id = $1`, [
      first!['id'],
    ]);
    await open();
    const failedSince = new Date(first!['created_at'].getTime() - HOUR / 2).toISOString();
    expect(await redeliver({ webhookId: id, failedSince })).toHaveLength(11);
    await settled();
    expect(run.sent).toHaveLength(11);
    expect(await redeliver({ webhookId: id, failedSince: new Date(0).toISOString() })).toHaveLength(1);
    await settled();
    run.sent.unshift(run.sent.pop()!);
    inOrder(run.sent, users, 3);
  });

  test('wants one of both, of a delivery that the webhook has', async () => {
    const { id } = await run.create();
    const other = await run.create();
    await run.tell('user.updated', someUsers(1));
    await settled();
    const [of] = await sql<{ id: string }>('select id from webhook_deliveries where webhook_id = $1', [other.id]);
    expect(await redeliver({ webhookId: id })).toBe('BAD_USER_INPUT');
    expect(await redeliver({ webhookId: id, deliveryId: of!.id, failedSince: new Date(0).toISOString() })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await redeliver({ webhookId: id, deliveryId: of!.id })).toBe('NOT_FOUND');
    expect(await redeliver({ webhookId: id, deliveryId: 'no id' })).toBe('NOT_FOUND');
    expect(await redeliver({ webhookId: 'no id', deliveryId: of!.id })).toBe('NOT_FOUND');
  });
});

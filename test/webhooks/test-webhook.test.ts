import { expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { TEST_WEBHOOK, UPDATE_WEBHOOK } from '../support/webhook-documents.js';
import { webhookTest } from '../support/webhook-receiver.js';

const run = webhookTest();

const settled = () => until(async () => (await run.statuses())['PENDING'] === undefined);

test('testWebhook sends one event, once, also while the webhook is disabled, and its success enables nothing', async () => {
  const { id, secret } = await run.create();
  await run.gateway.ask(UPDATE_WEBHOOK, { input: { webhookId: id, enabled: false } }, { token: await run.token() });
  run.answer = () => ({ status: 500, body: 'broken' });
  const test = async () =>
    (await run.gateway.ask(TEST_WEBHOOK, { input: { webhookId: id } }, { token: await run.token() })).testWebhook;
  expect(await test()).toMatchObject({ event: 'webhook.test', status: 'PENDING' });
  await settled();
  expect((await run.read(id)).deliveries.nodes).toMatchObject([
    { status: 'FAILED', attempts: [{ responseStatus: 500, responseBody: 'broken' }] },
  ]);
  run.answer = () => ({ status: 200 });
  await test();
  await until(async () => (await run.statuses())['DELIVERED'] === 1);
  expect((await run.verified(secret)).map(({ type, data }) => [type, data])).toEqual([
    ['webhook.test', { webhook_id: id }],
    ['webhook.test', { webhook_id: id }],
  ]);
  expect((await run.read(id)).enabled).toBe(false);
});

import { expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { DELETE_WEBHOOK, ROTATE_WEBHOOK_SECRET, UPDATE_WEBHOOK } from '../support/webhook-documents.js';
import { someUsers, webhookTest } from '../support/webhook-receiver.js';

const run = webhookTest();

test('what an administrator does is in the audit log, without the URL', async () => {
  const { id } = await run.create({ url: `${run.server.url}/hook?token=very-secret` });
  await run.call(UPDATE_WEBHOOK, {
    webhookId: id,
    events: ['user.deleted', 'user.created', 'user.created'],
    description: 'x',
  });
  await run.call(ROTATE_WEBHOOK_SECRET, { webhookId: id });
  await run.call(DELETE_WEBHOOK, { webhookId: id });
  const events = await run.gateway.database.sql<{ action: string; details: object }>(
    `select action, details from audit_events where details ->> 'webhook' = $1 order by seq`,
    [id],
  );
  expect(events).toEqual([
    { action: 'createWebhook', details: { webhook: id, events: ['user.updated'] } },
    { action: 'updateWebhook', details: { webhook: id, fields: ['description', 'events'] } },
    { action: 'rotateWebhookSecret', details: { webhook: id } },
    { action: 'deleteWebhook', details: { webhook: id } },
  ]);
  expect(JSON.stringify(run.gateway.log.lines)).not.toContain('very-secret');
});

test('no event is sent while the webhook is disabled, and what waited is sent when it is enabled', async () => {
  run.answer = () => ({ status: 503 });
  const { id } = await run.create();
  const users = someUsers(2);
  await run.tell('user.updated', users);
  await until(() => run.sent.length > 0);
  const change = async (input: object) =>
    run.gateway.ask(UPDATE_WEBHOOK, { input: { webhookId: id, ...input } }, { token: await run.token() });
  await change({ enabled: false });
  await run.tell('user.updated', users);
  expect((await run.statuses())['PENDING']).toBe(2);
  run.gateway.clock.advance(60_000);
  run.sent = [];
  run.answer = () => ({ status: 204 });
  expect((await change({ enabled: true })).updateWebhook).toMatchObject({ enabled: true, disabledReason: null });
  await until(async () => (await run.statuses())['DELIVERED'] === 2);
});

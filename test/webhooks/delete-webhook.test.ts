import { expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { DELETE_WEBHOOK } from '../support/webhook-documents.js';
import { someUsers, webhookTest } from '../support/webhook-receiver.js';

const run = webhookTest();

test('a deleted webhook is sent nothing, and what waited for it is purged in time', async () => {
  run.answer = () => ({ status: 503 });
  const { id } = await run.create();
  await run.tell('user.updated', someUsers(1));
  await until(() => run.sent.length === 1);
  await run.call(DELETE_WEBHOOK, { webhookId: id });
  run.sent = [];
  run.gateway.clock.advance(3_600_000);
  await new Promise((done) => setTimeout(done, 1200));
  expect(run.sent).toEqual([]);
});

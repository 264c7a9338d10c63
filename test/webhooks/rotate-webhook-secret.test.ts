import { expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { ROTATE_WEBHOOK_SECRET } from '../support/webhook-documents.js';
import { someUsers, webhookTest } from '../support/webhook-receiver.js';

const run = webhookTest();

test('the secret and the one before it both sign for 24 hours, and a third rotation ends the first', async () => {
  const { id, secret: first } = await run.create();
  const { secret: second } = await run.call(ROTATE_WEBHOOK_SECRET, { webhookId: id });
  expect(second).not.toBe(first);
  const takes = async (...secrets: string[]) => {
    run.sent = [];
    await run.tell('user.updated', someUsers(1));
    await until(() => run.sent.length === 1);
    const outcomes: boolean[] = [];
    for (const one of secrets)
      outcomes.push(
        await run.verified(one).then(
          () => true,
          () => false,
        ),
      );
    return outcomes;
  };
  expect(await takes(first, second)).toEqual([true, true]);
  run.gateway.clock.advance(23.9 * 3_600_000);
  expect(await takes(first, second)).toEqual([true, true]);
  run.gateway.clock.advance(0.2 * 3_600_000);
  expect(await takes(first, second)).toEqual([false, true]);
  const { secret: third } = await run.call(ROTATE_WEBHOOK_SECRET, { webhookId: id });
  const { secret: fourth } = await run.call(ROTATE_WEBHOOK_SECRET, { webhookId: id });
  expect(await takes(second, third, fourth)).toEqual([false, true, true]);
});

import { expect, test } from '@jest/globals';
import { createSecrets } from '../../src/keys/keys.js';
import { webhookSecret } from '../../src/webhooks/webhook-secret.js';
import { until } from '../support/until.js';
import { ROTATE_WEBHOOK_SECRET } from '../support/webhook-documents.js';
import { someUsers, webhookTest } from '../support/webhook-receiver.js';

const FORMER = 'four tugs waiting for the evening tide';
const run = webhookTest({ SERVER_SECRET: `nine gulls above the empty fish market,${FORMER}` });

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

test('what was encrypted before SERVER_SECRET was replaced goes on to sign', async () => {
  const { id, secret } = await run.create();
  const former = createSecrets({ serverSecret: [FORMER], keysDir: null, nodeEnv: 'test' });
  const sealed = webhookSecret.seal({ keys: former }, id, secret);
  await run.gateway.database.sql('update webhooks set secret = $1 where id = $2', [sealed, id]);
  await run.tell('user.updated', someUsers(1));
  await until(() => run.sent.length === 1);
  expect(await run.verified(secret)).toHaveLength(1);
});

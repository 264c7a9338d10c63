import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/platform/clock.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { createSignedCall } from '../../src/platform/signed-call.js';
import { readWebhookSecret } from '../../src/platform/standard-webhooks.js';
import { quietLog } from '../support/quiet-log.js';
import { type SignedReceiver, startReceiver, WEBHOOK_SECRET } from '../support/signed-receiver.js';

// Time-outs of 300 ms, and a pause of a second: a machine may stand still for longer. It does so once.
jest.retryTimes(2);

let receiver: SignedReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.asked.splice(0);
});

function caller({ timeout = 2000, secret = WEBHOOK_SECRET } = {}) {
  const metrics = createMetrics();
  const target = { target: 'test', url: receiver.url, secret: readWebhookSecret(secret)!, timeout };
  return { metrics, ...pick(createSignedCall({ clock: systemClock, log: quietLog().log, metrics }, target)) };
}
const pick = (call: ReturnType<typeof createSignedCall>) => ({ call, ask: () => call.ask('question', { a: 1 }) });

test('what is asked is signed, and each question has an id of its own', async () => {
  receiver.answer(() => ({ yes: 1 }));
  const { ask } = caller();
  expect(await ask()).toEqual({ status: 200, body: { yes: 1 } });
  await ask();
  expect(receiver.asked).toMatchObject([{ type: 'question', data: { a: 1 } }, {}]);
  expect(new Set(receiver.asked.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
});

test('a receiver that knows another secret refuses', async () => {
  const { ask } = caller({ secret: `whsec_${'a'.repeat(40)}` });
  expect(await ask()).toEqual({ status: 403, body: undefined });
});

test('an outage costs three time-outs: what comes next fails at once, then one tries, and all go on when it is over', async () => {
  receiver.answer(() => undefined);
  const { call, ask, metrics } = caller({ timeout: 300 });
  for (let times = 0; times < 3; times += 1) await expect(ask()).rejects.toThrow('no whole answer in time');
  expect(call.failing).toBe(true);
  const after = await Promise.allSettled(Array.from({ length: 50 }, ask));
  expect(after.every(({ status }) => status === 'rejected')).toBe(true);
  expect(receiver.asked).toHaveLength(3);

  receiver.answer(async () => {
    await sleep(50);
    return {};
  });
  await sleep(1100);
  const tried = await Promise.allSettled(Array.from({ length: 10 }, ask));
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(call.failing).toBe(false);
  await Promise.all(Array.from({ length: 10 }, ask));
  expect(receiver.asked).toHaveLength(14);
  const counted = await metrics.print();
  expect(counted).toContain('sallyport_signed_calls_total{target="test",outcome="failed"} 3');
  expect(counted).toContain('sallyport_signed_calls_total{target="test",outcome="skipped"} 59');
});

test('many that fail together are one failure: the pause stays a second', async () => {
  receiver.answer(() => 503);
  const { ask } = caller();
  for (let times = 0; times < 3; times += 1) await Promise.allSettled(Array.from({ length: 20 }, ask));
  expect(receiver.asked).toHaveLength(60);
  receiver.answer(() => ({}));
  await expect(ask()).rejects.toThrow('it has failed a moment ago');
  await sleep(1100);
  expect(await ask()).toMatchObject({ status: 200 });
});

test.each([500, 307])(
  'a question that is answered with %i fails alone: a stranger who knows one stops no other',
  async (status) => {
    receiver.answer(() => status);
    const { call, ask } = caller();
    for (let times = 0; times < 10; times += 1) await expect(ask()).rejects.toThrow(`status ${status}`);
    expect(receiver.asked).toHaveLength(10);
    expect(call.failing).toBe(true);
    receiver.answer(() => ({}));
    expect(await ask()).toMatchObject({ status: 200 });
    expect(call.failing).toBe(false);
  },
);

test('a question at which the receiver hangs stops no other', async () => {
  let hangs = true;
  receiver.answer(() => (hangs ? undefined : {}));
  const { ask } = caller({ timeout: 300 });
  for (let times = 0; times < 4; times += 1) {
    hangs = true;
    await expect(ask()).rejects.toThrow('no whole answer in time');
    hangs = false;
    expect(await ask()).toMatchObject({ status: 200 });
  }
});

test('a redirect is not followed', async () => {
  receiver.answer((_, response) => void response.writeHead(307, { location: receiver.url }).end());
  const { ask } = caller();
  await expect(ask()).rejects.toThrow('status 307');
  expect(receiver.asked).toHaveLength(1);
});

test('of a long answer no more than 16 KiB is read, however long it goes on', async () => {
  receiver.answer(async (_, response) => {
    response.writeHead(200);
    for (let sent = 0; sent < 100_000_000 && !response.destroyed; sent += 65_536) {
      if (!response.write('x'.repeat(65_536)))
        await Promise.race([sleep(20), new Promise((go) => response.once('drain', go))]);
    }
    response.end();
  });
  expect(await caller().ask()).toEqual({ status: 200, body: undefined });
});

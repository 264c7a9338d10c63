import { expect, test } from '@jest/globals';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { createPoller } from '../../src/platform/poller.js';
import { until } from '../support/until.js';

/** Longer than a test: after it, only `wake` asks. */
const NEVER = 100_000;

/** A poller whose questions wait until they are answered; `failed` holds the failures in a row, as they were reported. */
function questions(options: { every: number; while?: () => boolean }) {
  const open: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const failed: number[] = [];
  const poller = createPoller(() => new Promise<void>((resolve, reject) => open.push({ resolve, reject })), {
    ...options,
    failed: (_error, failures) => failed.push(failures),
  });
  const answer = async (error?: Error) => {
    const question = open.shift();
    if (error) question?.reject(error);
    else question?.resolve();
    await turn();
  };
  return { poller, open, failed, answer };
}

test('it begins with a pause, or at once when it is woken', async () => {
  const { poller, open } = questions({ every: NEVER });
  expect(poller.start()).toBe(true);
  expect(poller.start()).toBe(false);
  await turn();
  expect(open).toHaveLength(0);

  poller.wake();
  await turn();
  expect(open).toHaveLength(1);
});

test('it asks one question at a time, and again after the answer if it was woken meanwhile', async () => {
  const { poller, open, answer } = questions({ every: NEVER });
  poller.wake();
  await turn();
  poller.wake();
  poller.wake();
  await turn();
  expect(open).toHaveLength(1);

  await answer();
  expect(open).toHaveLength(1);
  await answer();
  expect(open).toHaveLength(0);
});

test('a failure is reported, with how many came before it, and ends nothing', async () => {
  const { poller, failed, answer } = questions({ every: NEVER });
  for (const error of [new Error('first'), new Error('second'), undefined, new Error('third')]) {
    poller.wake();
    await turn();
    await answer(error);
  }
  expect(failed).toEqual([1, 2, 1]);
});

test('the pause doubles after each failure up to the longest, and is short again after an answer', async () => {
  const asked: number[] = [];
  const poller = createPoller(
    async () => {
      asked.push(performance.now());
      if (asked.length <= 5) throw new Error('down');
    },
    { every: 50, longest: 200, failed: () => {} },
  );
  poller.wake();
  await until(() => asked.length >= 12);
  await poller.stop();

  const pauses = asked.slice(1).map((at, index) => at - asked[index]!);
  // A timer may be early by a millisecond, and late on a busy machine, though not each time.
  expect(pauses[0]).toBeGreaterThan(97);
  expect(pauses[1]).toBeGreaterThan(197);
  expect(Math.min(...pauses.slice(2, 5))).toBeLessThan(350);
  expect(Math.min(...pauses.slice(5))).toBeLessThan(100);
});

test('it asks only while somebody wants to know, until the next start', async () => {
  let wanted = false;
  const { poller, open, answer } = questions({ every: 1, while: () => wanted });
  poller.start();
  await sleep(20);
  expect(open).toHaveLength(0);

  wanted = true;
  await sleep(20);
  expect(open).toHaveLength(0);
  expect(poller.start()).toBe(true);
  await until(() => open.length === 1);
  wanted = false;
  await answer();
  await until(() => poller.start());
});

test('stopped, it waits for the last answer, and cannot be started again', async () => {
  const { poller, open, answer } = questions({ every: 1 });
  poller.wake();
  await turn();
  let ended = false;
  const stopped = poller.stop().then(() => (ended = true));
  expect(poller.stopped()).toBe(true);
  await turn();
  expect(ended).toBe(false);

  await answer();
  await stopped;
  expect(poller.start()).toBe(false);
  poller.wake();
  await sleep(20);
  expect(open).toHaveLength(0);
});

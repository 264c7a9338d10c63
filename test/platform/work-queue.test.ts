import { expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { createMetrics } from '../../src/platform/metrics.js';
import { createWorkQueue } from '../../src/platform/work-queue.js';

/** A queue for one job at a time with `count` jobs in it, each of which ends when it is told to; `heard` are those told of. */
function storm(count: number) {
  const queue = createWorkQueue('hash', createMetrics(), { width: 1, maxWaiting: 1000, maxWait: 60_000 });
  const heard: (number | string)[] = [];
  const running: ((fails?: boolean) => void)[] = [];
  const all = Array.from({ length: count }, (_, number) =>
    queue
      .run(
        () =>
          new Promise<void>((resolve, reject) =>
            running.push((fails) => (fails ? reject(new Error('failed')) : resolve())),
          ),
      )
      .then(
        () => heard.push(number),
        (error: unknown) => heard.push(`${number} ${(error as { code?: string }).code ?? (error as Error).message}`),
      ),
  );
  const end = async ({ fails = false } = {}) => {
    await turn();
    running.shift()?.(fails);
    await turn();
  };
  return { queue, heard, end, all: Promise.all(all) };
}

test('while few wait, each gets its result as soon as it is there', async () => {
  const { heard, end, all } = storm(8);
  for (let number = 0; number < 8; number += 1) {
    expect(heard).toHaveLength(number);
    await end();
  }
  await all;
  expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('while many wait, eight get their results at once, failures among them, in the order in which they ended', async () => {
  const { heard, end, all } = storm(20);
  for (let number = 0; number < 7; number += 1) await end({ fails: number === 3 });
  expect(heard).toEqual([]);
  await end();
  expect(heard).toEqual([0, 1, 2, '3 failed', 4, 5, 6, 7]);
  for (let number = 8; number < 20; number += 1) await end();
  await all;
  expect(heard).toHaveLength(20);
});

test('a result is not held behind a job that does not end', async () => {
  const { heard, end, all } = storm(20);
  await end();
  expect(heard).toEqual([]);
  // Nothing more ends: only the time of a hold can let it go.
  while (heard.length === 0) await turn();
  expect(heard).toEqual([0]);
  for (let number = 1; number < 20; number += 1) await end();
  await all;
});

test('closing hands out what is held, and refuses what waits', async () => {
  const { queue, heard, end, all } = storm(12);
  await end();
  await end();
  const closed = queue.close();
  await end();
  await closed;
  await all;
  expect(heard.filter((one) => typeof one === 'number').toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  expect(heard.filter((one) => typeof one === 'string')).toHaveLength(9);
  expect(heard.filter((one) => typeof one === 'string').every((one) => one.endsWith('SERVICE_UNAVAILABLE'))).toBe(true);
});

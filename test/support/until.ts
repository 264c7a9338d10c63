import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';

/** Waits until it holds: long enough for a slow machine, and shorter than a test may take. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 40_000; performance.now() < end; await sleep(20)) if (await holds()) return;
  expect(await holds()).toBe(true);
}

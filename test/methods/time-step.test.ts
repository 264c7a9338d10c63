import { expect, test } from '@jest/globals';
import { matchingStep, stepAt } from '../../src/methods/totp/time-step.js';

/** `12345678901234567890`, the secret of the vectors. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

// RFC 6238, appendix B: the last six of its eight digits.
test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('at %i s the code is that of RFC 6238', async (seconds, code) => {
  const now = new Date(seconds * 1000);
  expect(await matchingStep(SECRET, code, { now, lastStep: 0 })).toBe(stepAt(now));
});

test.each([
  [-2, false],
  [-1, true],
  [0, true],
  [1, true],
  [2, false],
])('the code of %i steps away is accepted: %s', async (away, accepted) => {
  const at = new Date(1111111111_000);
  const now = new Date(at.getTime() - away * 30_000);
  const step = await matchingStep(SECRET, '050471', { now, lastStep: 0 });
  expect(step).toBe(accepted ? stepAt(at) : null);
});

test('a step that was accepted, and each before it, is accepted no more', async () => {
  const now = new Date(1111111111_000);
  expect(await matchingStep(SECRET, '050471', { now, lastStep: stepAt(now) - 1 })).toBe(stepAt(now));
  expect(await matchingStep(SECRET, '050471', { now, lastStep: stepAt(now) })).toBeNull();
  expect(await matchingStep(SECRET, '081804', { now, lastStep: stepAt(now) })).toBeNull();
});

import { appendFileSync } from 'node:fs';
import { test } from '@jest/globals';

/**
 * `test` where `available`, else a skipped test that the last lines of `npm test` name: nothing is skipped in silence.
 * With REQUIRE_SERVICES=1 what did not run counts as failed.
 *
 *     testWith(chromium, 'GraphiQL in a browser', 'no Chromium: set CHROMIUM_PATH')('shows the tabs', async () => {…})
 */
export function testWith(available: unknown, what: string, whyNot: string): typeof test | typeof test.skip {
  if (available) return test;
  const file = process.env.TEST_NOT_RUN;
  if (file) appendFileSync(file, `${what}: ${whyNot}\n`);
  return test.skip;
}

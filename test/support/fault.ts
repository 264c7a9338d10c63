import { appendFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { testWith } from './not-run.js';

/** What a fault did, in words and figures, and whether that is what is promised. */
export interface Measured {
  figure: string;
  held: boolean;
}

/**
 * A fault, caused to the built server on services of its own: one line of `npm run test:faults`, with what is promised and what
 * was measured. Promised is what README and docs/reliability.md say.
 */
export const fault = causing(test);

/** The same where `available`; otherwise it is told that it did not run (`testWith`). */
export function faultWith(available: unknown, what: string, whyNot: string): typeof fault {
  return causing(testWith(available, what, whyNot));
}

/** What this machine does not let a test cause: a line says so. It is no failure, since nothing is missing that could be installed. */
export function cannotCause(why: string): typeof fault {
  return (name, promised) => test(`${name}: ${promised}`, () => tell(`NOT RUN ${name} | ${why}`));
}

function causing(run: ReturnType<typeof testWith>) {
  return (name: string, promised: string, cause: () => Promise<Measured>): void =>
    run(`${name}: ${promised}`, async () => {
      const measured = await cause().catch((error: unknown) => ({
        figure: String(error).split('\n')[0],
        held: false,
      }));
      tell(`${measured.held ? 'ok    ' : 'FAILED'}  ${name} | promised: ${promised} | measured: ${measured.figure}`);
      expect(measured).toEqual({ ...measured, held: true });
    });
}

function tell(line: string): void {
  const file = process.env.TEST_FAULTS;
  if (file) appendFileSync(file, `${line}\n`);
}

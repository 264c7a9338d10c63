import { appendFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** What a fault did, in words and figures, and whether that is what is promised. */
export interface Measured {
  figure: string;
  held: boolean;
}

/**
 * A fault, caused to the built server on services of its own: one line of `npm run test:faults`, with what is promised and what
 * was measured. Promised is what README and docs/reliability.md say.
 */
export function fault(name: string, promised: string, cause: () => Promise<Measured>): void {
  test(`${name}: ${promised}`, async () => {
    const measured = await cause().catch((error: unknown) => ({ figure: String(error).split('\n')[0], held: false }));
    tell(`${measured.held ? 'ok    ' : 'FAILED'}  ${name} | promised: ${promised} | measured: ${measured.figure}`);
    expect(measured).toEqual({ ...measured, held: true });
  });
}

function tell(line: string): void {
  const file = process.env.TEST_FAULTS;
  if (file) appendFileSync(file, `${line}\n`);
}

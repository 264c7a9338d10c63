import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Problem } from './problem.js';

/** NDJSON, a line for each line of the file that did not become a user: `{"line":3,"outcome":"refused","reason":…}`. */
export interface Report {
  /** On disk before the batch is committed: after a crash a line may stand there that is tried again, none is missing. */
  add(problems: Iterable<[line: number, problem: Problem]>): void;
  close(): void;
}

/** Keeps, when an import goes on, what an earlier run wrote about the lines that are done. */
export function openReport(file: string, linesDone: number): Report {
  const kept =
    linesDone > 0 && existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((text) => isDone(text, linesDone))
      : [];
  // Only for the operator: with the file beside it, the report says which accounts are odd.
  const handle = openSync(file, 'w', 0o600);
  const write = (lines: string[]) => lines.length > 0 && writeSync(handle, `${lines.join('\n')}\n`);
  write(kept);
  return {
    add(problems) {
      write([...problems].map(([line, problem]) => JSON.stringify({ line, outcome: outcomeOf(problem), ...problem })));
    },
    close: () => closeSync(handle),
  };
}

export function outcomeOf({ reason }: Problem): 'skipped' | 'refused' {
  return reason === 'EMAIL_EXISTS' ? 'skipped' : 'refused';
}

function isDone(text: string, linesDone: number): boolean {
  try {
    return (JSON.parse(text) as { line: number }).line <= linesDone;
  } catch {
    return false;
  }
}

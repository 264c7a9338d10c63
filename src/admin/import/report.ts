import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Problem } from './problem.js';

/** A line of the report. */
export interface Entry extends Partial<Problem> {
  line: number;
  outcome: 'imported' | 'skipped' | 'refused';
  externalId?: string;
}

/** NDJSON: `{"line":3,"outcome":"refused","reason":…}` */
export interface Report {
  /** On disk before the batch is committed: after a crash a line may stand there that is tried again, none is missing. */
  add(entries: Entry[]): void;
  /** Those that were told. */
  unknownFields(): string[];
  close(): void;
}

/** Keeps, when an import goes on, what an earlier run wrote about the lines that are done. */
export function openReport(file: string, linesDone: number): Report {
  const kept = linesDone > 0 && existsSync(file) ? readReport(file, linesDone) : [];
  // Only for the operator: with the file beside it, the report says which accounts are odd.
  const handle = openSync(file, 'w', 0o600);
  const write = (entries: Entry[]) =>
    entries.length > 0 && writeSync(handle, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  write(kept);
  const unknown = new Set(kept.filter(isUnknownField).map(({ field }) => field ?? ''));
  // What all lines have is told once.
  const isNews = (entry: Entry) => {
    if (!isUnknownField(entry)) return true;
    const { field = '' } = entry;
    const news = !unknown.has(field);
    unknown.add(field);
    return news;
  };
  return {
    add: (entries) => void write(entries.filter(isNews)),
    unknownFields: () => [...unknown],
    close: () => closeSync(handle),
  };
}

/** `skipped` ones are no mistake: running an import again meets them all. */
export function outcomeOf({ reason }: Problem): 'skipped' | 'refused' {
  return reason === 'EMAIL_EXISTS' || reason === 'ALREADY_IMPORTED' ? 'skipped' : 'refused';
}

function isUnknownField({ outcome, reason }: Entry): boolean {
  return outcome === 'imported' && reason === 'UNKNOWN_FIELD';
}

function readReport(file: string, linesDone: number): Entry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        const entry = JSON.parse(text) as Entry;
        return entry.line <= linesDone ? [entry] : [];
      } catch {
        return [];
      }
    });
}

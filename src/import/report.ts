import { closeSync, existsSync, openSync, truncateSync, writeSync } from 'node:fs';
import type { Problem } from './problem.js';
import { readLines } from './read-lines.js';

/** A line of the report. */
export interface ReportEntry extends Partial<Problem> {
  line: number;
  outcome: 'imported' | 'skipped' | 'refused';
  externalId?: string;
}

/** NDJSON: `{"line":3,"outcome":"refused","reason":…}` */
export interface Report {
  /** On disk before the batch is committed: after a crash it may contain a line that is imported again, but none is missing. */
  add(entries: ReportEntry[]): void;
  isEmpty(): boolean;
  /** The unknown fields that were reported. */
  unknownFields(): string[];
  close(): void;
}

/** Opens the report. When an import continues, keeps the entries of an earlier run about the lines that are done. */
export async function openReport(file: string, linesDone: number): Promise<Report> {
  const kept = linesDone > 0 && existsSync(file) ? await readDone(file, linesDone) : { bytes: 0, unknown: [] };
  if (kept.bytes > 0) truncateSync(file, kept.bytes);
  // Readable by the operator alone: together with the file, the report says which accounts are unusual.
  const handle = openSync(file, kept.bytes > 0 ? 'a' : 'w', 0o600);
  const unknown = new Set(kept.unknown);
  let empty = kept.bytes === 0;
  // An unknown field is reported for the first line that has it.
  const isNew = (entry: ReportEntry) => {
    if (!isUnknownField(entry)) return true;
    const { field = '' } = entry;
    const isUnseen = !unknown.has(field);
    unknown.add(field);
    return isUnseen;
  };
  return {
    add(entries) {
      const newEntries = entries.filter(isNew);
      if (newEntries.length === 0) return;
      writeSync(handle, newEntries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      empty = false;
    },
    isEmpty: () => empty,
    unknownFields: () => [...unknown],
    close: () => closeSync(handle),
  };
}

/** Skipped lines are no errors: a second run of an import skips all lines of the first. */
export function outcomeOf({ reason }: Problem): 'skipped' | 'refused' {
  return reason === 'EMAIL_EXISTS' || reason === 'ALREADY_IMPORTED' ? 'skipped' : 'refused';
}

function isUnknownField({ outcome, reason }: ReportEntry): boolean {
  return outcome === 'imported' && reason === 'UNKNOWN_FIELD';
}

/** How far the report covers the lines that are done: both are in the same order. */
async function readDone(file: string, linesDone: number): Promise<{ bytes: number; unknown: string[] }> {
  const done = { bytes: 0, unknown: [] as string[] };
  for await (const { content, end } of readLines(file, { bytes: 0, lines: 0 })) {
    const entry = parsed(content);
    if (!entry || entry.line > linesDone) break;
    done.bytes = end;
    if (isUnknownField(entry)) done.unknown.push(entry.field ?? '');
  }
  return done;
}

/** Undefined for a line that a crash cut off. */
function parsed(text: string): ReportEntry | undefined {
  try {
    return JSON.parse(text) as ReportEntry;
  } catch {
    return undefined;
  }
}

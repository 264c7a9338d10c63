import { setTimeout as sleep } from 'node:timers/promises';
import { CSV_HEADER, csvLine } from '../audit/csv.js';
import { type ExportedEvent, type Range, readSealedEvents } from '../audit/exported-event.js';
import { CommandError } from '../config/config.js';
import type { Sql } from '../platform/database.js';
import { readInstant } from './read-instant.js';
import { slowWriter } from './slow-writer.js';

interface AuditExportOptions {
  format?: string;
  after?: string;
  since?: string;
  until?: string;
  follow?: boolean;
}

interface ExportNeeds {
  sql: Sql;
  out: NodeJS.WritableStream;
  /** Writes for people, not where the events go. */
  say(text: string): void;
  signal: AbortSignal;
}

const AT_ONCE = 1000;
const LOOKS_EVERY_MS = 5000;

export function readArguments({ format = 'ndjson', after, since, until, follow = false }: AuditExportOptions) {
  if (format !== 'ndjson' && format !== 'csv') throw new CommandError('--format is ndjson or csv.');
  if (after !== undefined && !/^\d{1,18}$/.test(after))
    throw new CommandError('--after is the cursor that an earlier export printed: the seq of its last event.');
  const range: Range = { after: after ?? '0', since: isoOf('--since', since), until: isoOf('--until', until) };
  return { format, range, follow, begins: after === undefined };
}

/** Writes the sealed events, oldest first, and reports the cursor to continue from: also when it is stopped, or the reader goes away. */
export async function exportCommand(
  { sql, out, say, signal }: ExportNeeds,
  { format, range, follow, begins }: ReturnType<typeof readArguments>,
): Promise<number> {
  const line = format === 'csv' ? csvLine : (event: ExportedEvent) => `${JSON.stringify(event)}\n`;
  let { after } = range;
  const write = slowWriter(out);
  // A file that is continued has its header already.
  if (format === 'csv' && begins) out.write(CSV_HEADER);
  for (;;) {
    const events = signal.aborted ? [] : await readSealedEvents(sql, { ...range, after }, AT_ONCE);
    const last = events.at(-1);
    if (last) {
      if (!(await write(events.map(line).join('')))) break;
      after = last.seq;
    }
    if (signal.aborted || (events.length < AT_ONCE && !follow)) break;
    if (events.length < AT_ONCE) await sleep(LOOKS_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  say(`Cursor: ${after}`);
  return 0;
}

function isoOf(option: string, text: string | undefined): string | null {
  return readInstant(option, text)?.toISOString() ?? null;
}

import type { ExportedEvent } from './exported-event.js';

const COLUMNS = [
  'seq',
  'id',
  'at',
  'action',
  'outcome',
  'code',
  'actorId',
  'subjectId',
  'sessionId',
  'ipAddress',
  'userAgent',
  'requestId',
  'details',
  'impersonatorId',
] as const satisfies (keyof ExportedEvent)[];

/** RFC 4180, with CRLF at the end. */
export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`;

export function csvLine(event: ExportedEvent): string {
  return `${COLUMNS.map((column) => cell(event[column])).join(',')}\r\n`;
}

function cell(value: ExportedEvent[keyof ExportedEvent]): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Spreadsheets evaluate what begins like a formula (CWE-1236), and strangers choose the User-Agent.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

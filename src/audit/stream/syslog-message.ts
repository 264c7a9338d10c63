import type { ExportedEvent } from '../exported-event.js';

/** Log audit (RFC 5424 §6.2.1). */
const FACILITY = 13;
const INFORMATIONAL = 6;
const WARNING = 4;
/** The number that RFC 5612 keeps for examples. */
const SD_ID = 'sallyport@32473';

const PARAMETERS = [
  'seq',
  'id',
  'outcome',
  'code',
  'actorId',
  'subjectId',
  'impersonatorId',
  'sessionId',
  'ipAddress',
  'userAgent',
  'requestId',
] as const satisfies (keyof ExportedEvent)[];

/** RFC 5424. `hostname` is printable ASCII, as that of a URL is. */
export function syslogMessage(event: ExportedEvent, hostname: string): string {
  const priority = FACILITY * 8 + (event.outcome === 'REFUSED' ? WARNING : INFORMATIONAL);
  const messageId = event.action.replace(/[^\x21-\x7e]/g, '').slice(0, 32) || '-';
  const parameters = PARAMETERS.flatMap((name) => (event[name] === null ? [] : [` ${name}="${escaped(event[name])}"`]));
  return `<${priority}>1 ${event.at} ${hostname.slice(0, 255)} sallyport - ${messageId} [${SD_ID}${parameters.join('')}] ${asciiJson(event)}`;
}

// Strangers choose the User-Agent: a line break would begin another message at receivers that split lines (CWE-117).
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, '\\$&').replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '?');
}

/** Text that is not ASCII would have to begin with a BOM, which JSON must not (RFC 5424 §6.4, RFC 8259 §8.1). */
function asciiJson(event: ExportedEvent): string {
  return JSON.stringify(event).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

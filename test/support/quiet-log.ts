import { pino } from 'pino';
import type { Log } from '../../src/platform/log.js';

/** A log that keeps its lines as text, to look for what must, or must not, stand there. */
export function quietLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }), lines };
}

import type { ExportedEvent } from '../exported-event.js';

/** Another system that receives every sealed event. */
export interface AuditSink {
  /** Its name in metrics, and that of its position. */
  name: 'syslog' | 'file';
  /** Resolves when the other side has received the events, and rejects if it may not have: then they are sent again. */
  send(events: readonly ExportedEvent[], signal: AbortSignal): Promise<void>;
}

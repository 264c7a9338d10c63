import type { ExportedEvent } from '../exported-event.js';

/** Another system that gets every sealed event. */
export interface AuditSink {
  /** In metrics, and of its position. */
  name: 'syslog' | 'file';
  /** Resolves when the other side has them, and rejects where it may not have them: then they are sent again. */
  send(events: readonly ExportedEvent[], signal: AbortSignal): Promise<void>;
}

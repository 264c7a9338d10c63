import { type FileHandle, open } from 'node:fs/promises';
import type { AuditSink } from './audit-sink.js';

/**
 * Appends NDJSON to a file, which is opened for each batch: after a rotation a new one is begun. Created with mode 0600, since it holds
 * addresses of users.
 */
export function createFileSink(path: string): AuditSink {
  return {
    name: 'file',
    async send(events) {
      const file = await open(path, 'a+', 0o600);
      try {
        const unfinished = await endsWithin(file);
        await file.appendFile(
          `${unfinished ? '\n' : ''}${events.map((event) => `${JSON.stringify(event)}\n`).join('')}`,
        );
        await file.datasync();
      } finally {
        await file.close();
      }
    },
  };
}

/** Whether the file ends in the middle of a line, as a power cut or a full disk leaves it. That line must not swallow the next event. */
async function endsWithin(file: FileHandle): Promise<boolean> {
  const found = await file.stat();
  if (!found.isFile()) throw new Error('It is not a file.');
  if (found.size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, found.size - 1);
  return buffer.toString() !== '\n';
}

import type { WorkerPool } from './worker-pool.js';

/** One way in which passwords are stored; the table of them is in hash-formats.ts. */
export interface HashFormat {
  /** Its name in metrics and import reports. */
  name: string;
  /** How a stored hash of this format begins. */
  prefix: RegExp;
  /**
   * Reads a stored hash. Undefined if it is malformed or would cost more than a login may: an imported hash must not be able to demand 10
   * GB or 2^31 rounds. Never throws.
   */
  read(stored: string): Check | undefined;
}

/** Whether the password matches; the costly part never runs on the event loop. */
export type Check = (password: string, workers: WorkerPool) => Promise<boolean>;

/** Bytes. A digest cut to one byte would match every 256th password. */
export const MIN_DIGEST = 16;

/** Standard base64 with or without padding, and Passlib's, which writes `.` for `+`. */
export function fromBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}

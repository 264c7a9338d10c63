import type { WorkerPool } from './worker-pool.js';

/** One way in which passwords are stored; the table of them is in hash-formats.ts. */
export interface HashFormat {
  /** As metrics and import reports call it. */
  name: string;
  /** How a stored hash of this format begins. */
  prefix: RegExp;
  /**
   * Reads a stored hash. Undefined where it is malformed or asks for more than a login may cost: an imported hash must not
   * be able to order 10 GB or 2^31 rounds. Never throws.
   */
  read(stored: string): Check | undefined;
}

/** Whether the password is the one; the costly part of it never on the event loop. */
export type Check = (password: string, workers: WorkerPool) => Promise<boolean>;

/** Bytes. A digest cut to one byte would match every 256th password. */
export const MIN_DIGEST = 16;

/** Standard base64 with or without padding, and Passlib's, which writes `.` for `+`. */
export function fromBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}

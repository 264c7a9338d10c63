import { Writable } from 'node:stream';
import type { Log } from '../../src/platform/log.js';
import { product } from './product.js';

export interface Logbook {
  /** The product's logger, writing here. */
  log: Log;
  lines: Record<string, any>[];
  /** All that was logged, as it would stand on standard output. */
  text(): string;
}

/** Captures the log, redaction included. */
export function createLogbook(level: 'trace' | 'debug' | 'info' = 'debug'): Logbook {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return {
    log: product.createLog({ logLevel: level }, stream),
    get lines() {
      return written.map((line) => JSON.parse(line) as Record<string, any>);
    },
    text: () => written.join(''),
  };
}

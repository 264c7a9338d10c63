import type { Readable } from 'node:stream';
import type { Log } from '../platform/log.js';

const ASK_EVERY = 1_000;

/** Ends a stream when its reader may no longer read it. While that cannot be determined, the stream goes on. */
export function endWhenLost(answer: Readable, stillMay: () => Promise<boolean>, log: Log): void {
  let timer: NodeJS.Timeout | undefined;
  const ask = async () => {
    try {
      if (!(await stillMay())) answer.destroy();
    } catch (error) {
      log.warn({ err: error }, 'it cannot be determined whether the reader of a stream may still read it');
    }
    if (!answer.destroyed) askLater();
  };
  const askLater = () => {
    timer = setTimeout(() => void ask(), ASK_EVERY).unref();
  };
  answer.once('close', () => clearTimeout(timer));
  askLater();
}

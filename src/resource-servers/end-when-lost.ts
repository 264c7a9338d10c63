import type { Readable } from 'node:stream';
import type { Log } from '../platform/log.js';
import { createPoller } from '../platform/poller.js';

const ASK_EVERY = 1_000;

/** Ends a stream when its reader may no longer read it. While that cannot be determined, the stream goes on. */
export function endWhenLost(answer: Readable, stillMay: () => Promise<boolean>, log: Log): void {
  const ask = async () => {
    if (!(await stillMay())) answer.destroy();
  };
  createPoller(ask, {
    every: ASK_EVERY,
    while: () => !answer.destroyed,
    failed: (error) =>
      log.warn({ err: error }, 'it cannot be determined whether the reader of a stream may still read it'),
  }).start();
}

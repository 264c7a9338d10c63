import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../errors.js';
import type { Log } from '../log.js';
import { MailServerDown } from './transport.js';

/** In milliseconds. `HELD` is less than a job may take; the waits double from the first up to the longest. */
const HELD = 120_000;
const WAIT = { first: 500, longest: 4_000 };

/**
 * Holds a mail while none can be sent: the server is down, or the provider's limit is used up. The mails behind it stay in the queue
 * without using up their attempts, and are sent as soon as the first one is.
 */
export async function holdWhileNothingCanBeSent(
  log: Log,
  signal: AbortSignal,
  send: () => Promise<void>,
): Promise<void> {
  const end = performance.now() + HELD;
  for (let wait = WAIT.first; ; wait = Math.min(wait * 2, WAIT.longest)) {
    try {
      return await send();
    } catch (error) {
      if (!concernsAll(error) || performance.now() > end) throw error;
      if (wait === WAIT.first) log.warn({ err: error }, 'no mail can be sent for now: it stays in the queue');
      await sleep(wait, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw error;
    }
  }
}

function concernsAll(error: unknown): boolean {
  return error instanceof MailServerDown || (error instanceof Refusal && error.code === 'RATE_LIMITED');
}

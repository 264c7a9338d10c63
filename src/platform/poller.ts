import { setTimeout as sleep } from 'node:timers/promises';

interface Options {
  /** The pause after an answer, in milliseconds. It doubles after each failure up to `longest`, if that is given. */
  every: number;
  longest?: number;
  /** Judged after each pause: if false, the poller ends until the next start. */
  while?: () => boolean;
  /** `failures` counts those in a row. */
  failed(error: unknown, failures: number): unknown;
}

/** Asks regularly, one question at a time. Its pauses do not keep the process running. */
export function createPoller(ask: () => Promise<void>, options: Options) {
  const { every, longest = every, while: wanted = () => true, failed } = options;
  let running: Promise<void> | undefined;
  let pause = new AbortController();
  let failures = 0;
  let stopped = false;

  async function run(): Promise<void> {
    for (;;) {
      const ms = Math.min(every * 2 ** failures, longest);
      await sleep(ms, undefined, { ref: false, signal: pause.signal }).catch(() => {});
      if (stopped || !wanted()) break;
      pause = new AbortController();
      try {
        await ask();
        failures = 0;
      } catch (error) {
        failures += 1;
        await failed(error, failures);
      }
    }
    running = undefined;
  }

  /** Begins with a pause. Returns false if it has begun already, or was stopped. */
  function start(): boolean {
    if (running || stopped) return false;
    running = run();
    return true;
  }

  return {
    start,
    /** Asks at once. If it is waiting for an answer, it asks again right after it. */
    wake() {
      start();
      pause.abort();
    },
    /** For good. Waits for the answer that is under way. */
    async stop() {
      stopped = true;
      pause.abort();
      await running;
    },
    running: () => running !== undefined,
    stopped: () => stopped,
  };
}

import { Refusal } from '../errors.js';
import type { Metrics } from './metrics.js';
import { current, span } from './span.js';

/** A queue for CPU-bound work: first come, first served, and refused at once if the wait would be pointless. */
export interface WorkQueue {
  /** Runs the job in its turn. Throws SERVICE_UNAVAILABLE with `retryAfter` when the queue is full or closed. */
  run<Result>(job: () => Promise<Result>): Promise<Result>;
  /** Runs an operation that will call `run`. If too many are under way, throws as `run` would, before the operation begins. */
  admit<Result>(story: () => Promise<Result>): Promise<Result>;
  /** Refuses waiting jobs, and resolves when running ones have ended. */
  close(): Promise<void>;
}

export interface QueueLimits {
  /** What the work is about, for the names of the metrics. Passwords unless given. */
  work?: 'password' | 'picture';
  /** Jobs that run at once. */
  width: number;
  /** Jobs that may wait, however fast they are. */
  maxWaiting: number;
  /** The longest expected wait in milliseconds, by the recent pace. Users who wait longer try again, and double the load. */
  maxWait: number;
}

/**
 * Under load, results are released this many at a time. Between two hashes, each of which writes 19 MiB twice, the caches hold nothing of
 * the main thread: a login's statement and signature then cost twice what they cost right after another login's (docs/performance.md). If
 * fewer are waiting, none is held.
 */
const TOGETHER = 8;
/** The longest time in milliseconds that a result is held: with slow jobs, the caches do not matter. */
const MAX_HOLD_MS = 100;

/**
 * Without a bound, a burst of logins queues seconds of hashing, every answer comes after its client gave up, and the server works only on
 * answers that no client waits for.
 */
export function createWorkQueue(
  kind: string,
  metrics: Metrics,
  { work = 'password', width, maxWaiting, maxWait }: QueueLimits,
): WorkQueue {
  const measured = queueMetrics(metrics, work, kind);
  const waiting: Array<{ start: () => void; refuse: (reason: Refusal) => void }> = [];
  const running = new Set<Promise<void>>();
  let pace = 25; // milliseconds a job takes, smoothed; what argon2id needs to begin with
  let admitted = 0;
  let closed = false;
  const results = heldTogether(() => !closed && waiting.length >= TOGETHER);

  const next = () => {
    while (running.size < width && waiting.length > 0) waiting.shift()?.start();
    measured.waiting.set(waiting.length);
    measured.running.set(running.size);
  };

  const refusal = (ahead: number): Refusal | undefined => {
    if (closed) return closing();
    const wait = (ahead * pace) / width;
    // A single slow job (an imported hash of high cost) must not cause refusals: a few may always wait.
    if (ahead < maxWaiting && (ahead < 2 * width || wait <= maxWait)) return undefined;
    measured.refused.inc();
    const retryAfter = Math.max(1, Math.ceil(wait / 1000));
    return new Refusal('SERVICE_UNAVAILABLE', { retryAfter, detail: `the ${kind} queue is full` });
  };

  const enqueue = <Result>(job: () => Promise<Result>) =>
    new Promise<Result>((resolve, reject) => {
      const no = refusal(waiting.length);
      if (no) return reject(no);
      const asked = performance.now();
      const traced = current()?.span;
      const start = () => {
        const began = performance.now();
        measured.waited.observe((began - asked) / 1000);
        traced?.note({ 'sallyport.wait_ms': Math.round(began - asked) });
        const done = Promise.resolve()
          .then(job)
          .then(
            (result) => () => resolve(result),
            (error: unknown) => () => reject(error),
          )
          .then((settle) => {
            const took = performance.now() - began;
            measured.duration.observe(took / 1000);
            pace += (took - pace) / 16;
            running.delete(done);
            next();
            results.add(settle);
          });
        running.add(done);
      };
      waiting.push({ start, refuse: reject });
      next();
    });

  return {
    run: (job) => span(`${work} ${kind}`, {}, () => enqueue(job)),
    async admit(story) {
      // Jobs that run do not count as waiting.
      const no = refusal(Math.max(0, admitted - width));
      if (no) throw no;
      admitted += 1;
      try {
        return await story();
      } finally {
        admitted -= 1;
      }
    },
    async close() {
      closed = true;
      for (const { refuse } of waiting.splice(0)) refuse(closing());
      measured.waiting.set(0);
      results.release();
      await Promise.all(running);
    },
  };
}

function queueMetrics(metrics: Metrics, work: NonNullable<QueueLimits['work']>, kind: string) {
  const name = `sallyport_${work}_work`;
  const what = work === 'password' ? 'Password work' : 'Picture work';
  const labels = ['kind'];
  const ran = `How long ${what.toLowerCase()} ran, without its wait.`;
  const waited = `How long ${what.toLowerCase()} waited for a core.`;
  return {
    waiting: metrics.gauge(`${name}_waiting`, `${what} that waits for a core.`, labels).labels(kind),
    running: metrics.gauge(`${name}_running`, `${what} that runs.`, labels).labels(kind),
    waited: metrics.histogram(`${name}_wait_seconds`, waited, labels).labels(kind),
    duration: metrics.histogram(`${name}_seconds`, ran, labels).labels(kind),
    refused: metrics.counter(`${name}_refused_total`, `${what} refused since the queue was full.`, labels).labels(kind),
  };
}

/** While `underLoad`, holds results until there are TOGETHER of them. */
function heldTogether(underLoad: () => boolean) {
  const held: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const settle of held.splice(0)) settle();
  };
  return {
    release,
    add(settle: () => void) {
      held.push(settle);
      if (!underLoad() || held.length >= TOGETHER) release();
      else timer ??= setTimeout(release, MAX_HOLD_MS);
    },
  };
}

function closing() {
  return new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 1, detail: 'the server is shutting down' });
}

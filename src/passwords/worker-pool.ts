import { extname } from 'node:path';
import type { Piscina } from 'piscina';

type WorkerModule = 'bcrypt' | 'md5-crypt' | 'phpass' | 'sha-crypt' | 'strength';

/** Threads for costly JavaScript, which would block the event loop. */
export interface WorkerPool {
  /** Calls an exported function of `<module>.worker` with a value that can be cloned. */
  run<Result>(module: WorkerModule, call: string, input: unknown): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Threads start with their first task and end after `idle` milliseconds without one: a server that has no legacy hashes
 * never pays for them. The caller bounds the queue.
 */
export function createWorkerPool(threads: number, idle: number): WorkerPool {
  let pool: Promise<Piscina> | undefined;
  const start = async () => {
    const { Piscina: Pool } = await import('piscina');
    return new Pool({
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: idle,
      concurrentTasksPerWorker: 1,
      // A thread that handles passwords must not have the process's secrets or flags.
      env: {},
      execArgv: [],
      // A small nursery: with the default one the estimator's garbage holds 90 MB more of the server's memory.
      resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 },
    });
  };
  return {
    async run(module, call, input) {
      pool ??= start();
      return (await pool).run(input, { filename: workerFile(module), name: call });
    },
    async close() {
      await (await pool)?.destroy();
    },
  };
}

/**
 * The worker is in the folder of this file: `.js` once built, `.ts` under the tests, where Node strips the types. So a worker
 * file has no syntax that needs compiling, and imports only types from other files.
 */
function workerFile(module: string): string {
  return new URL(`./${module}.worker${extname(import.meta.url)}`, import.meta.url).href;
}

import type { runCommand } from '../../src/cli/commands.js';
import type { loadConfig } from '../../src/config/settings.js';
import type { createGateway } from '../../src/gateway.js';
import type { WorkerPool } from '../../src/passwords/worker-pool.js';
import type { createLog } from '../../src/platform/log.js';

interface Product {
  createGateway: typeof createGateway;
  loadConfig: typeof loadConfig;
  createLog: typeof createLog;
  runCommand: typeof runCommand;
  /** Of all gateways in this process: a thread loads its dictionaries for about a second. */
  estimators: WorkerPool;
}

/** The product as built, loaded once for each worker (scripts/test-environment.mjs). */
export const { product, printingTo } = globalThis as unknown as {
  product: Product;
  /** What the work writes to the terminal goes to `print` instead. */
  printingTo<Result>(print: (text: string) => void, work: () => Result): Result;
};

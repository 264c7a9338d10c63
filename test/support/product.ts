import type { printCommandDocument, runCommand } from '../../src/cli/commands.js';
import type { PERMISSIONS } from '../../src/api/graphql/permissions.js';
import type { loadConfig } from '../../src/config/config.js';
import type { FEATURES } from '../../src/features.js';
import type { createGateway } from '../../src/gateway.js';
import type { WorkerPool } from '../../src/passwords/worker-pool.js';
import type { createLog } from '../../src/platform/log.js';
import type * as blocks from '../../src/platform/mail/blocks.js';
import type { defineMail } from '../../src/platform/mail/define-mail.js';
import type { enqueueMail } from '../../src/platform/mail/enqueue-mail.js';

interface Product extends Pick<typeof blocks, 'greeting' | 'paragraph'> {
  createGateway: typeof createGateway;
  FEATURES: typeof FEATURES;
  PERMISSIONS: typeof PERMISSIONS;
  loadConfig: typeof loadConfig;
  createLog: typeof createLog;
  defineMail: typeof defineMail;
  enqueueMail: typeof enqueueMail;
  /** The packages that the product has loaded. */
  typeGraphql: typeof import('type-graphql');
  decorators: typeof import('@mikro-orm/decorators/legacy');
  runCommand: typeof runCommand;
  printCommandDocument: typeof printCommandDocument;
  /** Of all gateways in this process: a thread loads its dictionaries for about a second. */
  estimators: WorkerPool;
}

/** The product as built, loaded once for each worker (scripts/test-environment.mjs). */
export const { product, printingTo } = globalThis as unknown as {
  product: Product;
  /** What the work writes to the terminal goes to `print` instead. */
  printingTo<Result>(print: (text: string, isError: boolean) => void, work: () => Result): Result;
};

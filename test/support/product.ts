import type { loadConfig } from '../../src/config/settings.js';
import type { createGateway } from '../../src/gateway.js';
import type { createLog } from '../../src/platform/log.js';

interface Product {
  createGateway: typeof createGateway;
  loadConfig: typeof loadConfig;
  createLog: typeof createLog;
}

/** The product as built, loaded once for each worker (scripts/test-environment.mjs). */
export const { product } = globalThis as unknown as { product: Product };

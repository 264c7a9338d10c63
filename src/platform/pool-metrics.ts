import type { Pool } from 'pg';
import { Gauge } from 'prom-client';
import type { Metrics } from './metrics.js';

/** The state of the pool at each scrape. Each worker has a pool: PostgreSQL sees their sum. */
export function measurePool({ registry }: Metrics, pool: Pool): void {
  const gauge = (name: string, help: string, measure: (gauge: Gauge) => void, labelNames: string[] = []) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        measure(this);
      },
    });
  gauge(
    'sallyport_database_pool_connections',
    'Connections of the pool to PostgreSQL, by state.',
    (connections) => {
      connections.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
      connections.set({ state: 'idle' }, pool.idleCount);
    },
    ['state'],
  );
  gauge('sallyport_database_pool_waiting', 'Statements and transactions that wait for a connection.', (waiting) =>
    waiting.set(pool.waitingCount),
  );
  gauge('sallyport_database_pool_limit', 'The most connections that the pool may have: DATABASE_POOL.', (limit) =>
    limit.set(pool.options.max),
  );
}

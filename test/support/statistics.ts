import { setTimeout as sleep } from 'node:timers/promises';
import type { TestGateway } from './gateway.js';

/** Closes the gateway and waits until PostgreSQL has counted all that it did: a connection tells the last of it when it ends. */
export async function countedOnceClosed(gateway: TestGateway): Promise<void> {
  await gateway.close();
  while ((await gateway.database.sql(CONNECTIONS)).length > 0) await sleep(50);
}

const CONNECTIONS = `
select 1 from pg_stat_activity
 where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;

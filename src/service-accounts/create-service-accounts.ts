import type { Clock } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import type { GuardedFetch } from '../platform/guarded-fetch.js';
import { type ClientKeys, createClientKeys } from './client-keys.js';
import { createMachines, type Machines } from './machines.js';

export interface MachineServices {
  machines: Machines;
  clientKeys: ClientKeys;
}

export function createServiceAccounts(needs: { sql: Sql; guardedFetch: GuardedFetch; clock: Clock }): MachineServices {
  return { machines: createMachines(needs.sql), clientKeys: createClientKeys(needs) };
}

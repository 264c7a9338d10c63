import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type OwnPostgres, quickFolder, startPostgres } from '../../scripts/own-postgres.mjs';
import { freePort } from '../../src/platform/free-port.js';

/** A PostgreSQL of the test's own, which may be broken at will. */
export interface PostgresServer extends Omit<OwnPostgres, 'origin'> {
  /** One statement on a connection of its own; in the database postgres unless another one's URL is given. */
  sql<Row = Record<string, any>>(text: string, params?: unknown[], url?: string): Promise<Row[]>;
  /** Settles when it answers. */
  answers(): Promise<void>;
  /** An empty database: its URL. `how` follows its name in `create database`. */
  database(name: string, how?: string): Promise<string>;
}

export async function startPostgresServer(how: Parameters<typeof startPostgres>[1] = {}): Promise<PostgresServer> {
  const server = await startPostgres(await freePort('127.0.0.1'), { parent: quickFolder(), ...how });
  const sql: PostgresServer['sql'] = async (text, params, url = server.url) => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(text, params)).rows;
    } finally {
      void client.end().catch(() => {});
    }
  };
  const answers = async () => {
    for (let tries = 0; ; tries += 1) {
      try {
        return void (await sql('select 1'));
      } catch (error) {
        if (tries === 200) throw error;
        await sleep(50);
      }
    }
  };
  await answers();
  return {
    ...server,
    sql,
    answers,
    async database(name, how = '') {
      await sql(`create database ${name} ${how}`);
      return server.url.replace(/\/postgres$/, `/${name}`);
    },
  };
}

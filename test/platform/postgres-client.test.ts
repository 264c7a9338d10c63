import { expect, test } from '@jest/globals';
import type pg from 'pg';
import { clientThatWatches } from '../../src/platform/postgres-client.js';
import type { ServerWatch, Waiting } from '../../src/platform/server-watch.js';
import { cloneDatabase } from '../support/database.js';

test('nothing waits for a connection that has ended: not for the statement it ended in, nor for a later one', async () => {
  const { url, sql, drop } = await cloneDatabase();
  const waiting = new Set<Waiting>();
  const watch = {
    silent: false,
    asked: (one: Waiting) => waiting.add(one),
    heard: (one: Waiting) => waiting.delete(one),
    gone: (one: Waiting) => waiting.delete(one),
  } as unknown as ServerWatch;
  const client = new (clientThatWatches(watch))({ connectionString: url }) as pg.Client & { processID: number };
  await client.connect();
  let returned = 0;
  Object.assign(client, { release: () => (returned += 1) });
  const ended = new Promise((resolve) => client.once('end', resolve));
  const late = client.query('select pg_sleep(60)').catch((error: Error) => error.message);
  expect(waiting.size).toBe(1);
  await sql('select pg_terminate_backend($1)', [client.processID]);
  expect(await late).toMatch(/terminat/);
  await ended;
  await expect(client.query('rollback')).rejects.toThrow(/not queryable/);
  expect(waiting.size).toBe(0);
  // By itself, and once: what had borrowed it gives it back too.
  (client as unknown as { release(): void }).release();
  expect(returned).toBe(1);
  await drop();
});

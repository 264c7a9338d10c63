import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import type { Sql } from '../../src/platform/database.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { createRevocationFeed } from '../../src/revocations/feed.js';
import { cloneDatabase } from '../support/database.js';
import { quietLog } from '../support/quiet-log.js';

test('of two readers who begin at the same time, the one that is answered last misses nothing either', async () => {
  const database = await cloneDatabase();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let readings = 0;
  const sql: Sql = async <Row>(_name: string, statement: string, values: unknown[]) => {
    const first = (readings += 1) === 1;
    const rows = await database.sql<Row>(statement, values);
    if (first) await answered;
    return rows;
  };
  const feed = createRevocationFeed({
    sql,
    log: quietLog().log,
    metrics: createMetrics(),
    config: { accessTokenLifetime: 900_000 },
  });
  const key = randomUUID();
  const slow = feed.open('orders', null)!;
  // After the first reading, and before the second: the connection takes one statement at a time.
  await database.sql(`insert into revocations (kind, key) values ('session', $1)`, [key]);
  const quick = feed.open('orders', null)!;
  await new Promise((resolve) => quick.once('readable', resolve));
  answer();
  await new Promise((resolve) => slow.once('readable', resolve));
  feed.close();
  expect([await text(slow), await text(quick)]).toEqual([expect.stringContaining(key), expect.stringContaining(key)]);
  await database.drop();
});

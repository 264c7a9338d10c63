import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { INSERT_EVENTS, openAuditLog } from '../support/audit-log.js';

test('events are sealed once, in batches that follow from each other', async () => {
  const log = await openAuditLog();
  await log.happen(6000);
  expect(await log.seal()).toBe(6000);
  await log.happen(2);
  expect(await log.seal()).toBe(2);
  expect(await log.seal()).toBe(0);
  expect(await log.sql('select number, events from audit_seals order by number')).toEqual([
    { number: 1, events: 5000 },
    { number: 2, events: 1000 },
    { number: 3, events: 2 },
  ]);
  expect(await log.verify()).toMatchObject({ problems: [], seals: 3, events: 6002, unsealed: 0 });
});

test('an event whose transaction commits late is sealed with its neighbours, not forgotten behind them', async () => {
  const log = await openAuditLog();
  const slow = await log.connect();
  await slow.query('begin');
  await slow.query(INSERT_EVENTS, [log.clock.now(), 'slow', 1, null]);
  await log.happen(1, 'quick');
  let sealed: number | undefined;
  const sealing = log.seal().then((count) => (sealed = count));
  await sleep(500);
  expect(sealed).toBeUndefined();
  await slow.query('commit');
  await sealing;
  expect(sealed).toBe(2);
  expect(await log.verify()).toMatchObject({ problems: [], events: 2, unsealed: 0 });
});

test('an event that was rolled back leaves a gap and no suspicion', async () => {
  const log = await openAuditLog();
  const client = await log.connect();
  await log.happen(1);
  await client.query('begin');
  await client.query(INSERT_EVENTS, [log.clock.now(), 'undone', 3, null]);
  await client.query('rollback');
  await log.happen(1);
  expect(await log.seal()).toBe(2);
  expect(await log.verify()).toMatchObject({ problems: [], events: 2 });
});

test('writers do not wait for the seal, nor the seal for those who only read', async () => {
  const log = await openAuditLog();
  const reader = await log.connect();
  await reader.query('begin isolation level repeatable read');
  await reader.query('select * from audit_events');
  await log.happen(1);
  expect(await log.seal()).toBe(1);
  const writer = await log.connect();
  await writer.query('begin');
  await writer.query(INSERT_EVENTS, [log.clock.now(), 'open', 1, null]);
  await log.happen(1);
  const sealing = log.seal();
  await sleep(200);
  // Another writer comes through while the seal waits for the open one.
  expect(await log.happen(1)).toHaveLength(1);
  await writer.query('commit');
  expect(await sealing).toBe(2);
});

test('two that seal at once make one chain', async () => {
  const log = await openAuditLog();
  await log.happen(100);
  const outcomes = await Promise.allSettled([log.seal(), log.seal(), log.seal()]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).not.toHaveLength(0);
  expect(await log.verify()).toMatchObject({ problems: [], seals: 1, events: 100 });
});

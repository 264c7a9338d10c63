import { expect, test } from '@jest/globals';
import { openAuditLog } from '../support/audit-log.js';
import { wrongClock } from '../support/clock.js';

const DAY = 86_400_000;

test('what is past its retention goes in whole batches, and the chain that is left is whole', async () => {
  const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
  const heads: string[] = [];
  for (const days of [0, 20, 20]) {
    log.clock.advance(days * DAY);
    await log.happen(10);
    await log.seal();
    heads.push((await log.verify()).head!);
  }
  await log.happen(1);
  expect(await log.purge()).toBe(10);
  expect(await log.verify()).toMatchObject({ problems: [], seals: 3, events: 20, unsealed: 1 });
  log.clock.advance(20 * DAY);
  expect(await log.purge()).toBe(10);
  expect(await log.sql('select number, purged_at is not null as purged from audit_seals order by number')).toEqual([
    { number: 2, purged: true },
    { number: 3, purged: false },
  ]);
  // A head that somebody has kept is good for as long as its seal is there, and no alarm when that was purged.
  for (const head of heads) expect(await log.verify(head)).toMatchObject({ problems: [], events: 10, unsealed: 1 });
  expect((await log.verify(`3:${'00'.repeat(32)}`)).problems).toHaveLength(1);
});

test('a process whose clock is ahead by more than the retention purges nothing', async () => {
  const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
  await log.happen(3);
  await log.seal();
  expect(await log.purge(wrongClock(60 * DAY))).toBe(0);
});

test('what is not sealed is never purged, however old', async () => {
  const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
  await log.happen(3);
  log.clock.advance(400 * DAY);
  expect(await log.purge()).toBe(0);
  expect(await log.sql('select count(*)::int as left from audit_events')).toEqual([{ left: 3 }]);
});

test('the chain goes on after all of it was purged', async () => {
  const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
  await log.happen(3);
  await log.seal();
  log.clock.advance(31 * DAY);
  expect(await log.purge()).toBe(3);
  await log.happen(2);
  expect(await log.seal()).toBe(2);
  expect(await log.verify()).toMatchObject({ problems: [], seals: 2, events: 2 });
  const id = '018f0000-0000-7000-8000-000000000001';
  await log.tamper(`insert into audit_events (seq, id, at, action) values (2, $1, now(), 'login')`, [id]);
  expect((await log.verify()).problems).toEqual([`event ${id} (seq 2) was put in after seal 1`]);
});

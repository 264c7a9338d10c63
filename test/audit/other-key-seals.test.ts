import { describe, expect, test } from '@jest/globals';
import { namelessPurgeProofOf } from '../../src/audit/chain.js';
import { readSeals } from '../../src/audit/seals.js';
import { grow, openAuditLog } from '../support/audit-log.js';

type Log = Awaited<ReturnType<typeof openAuditLog>>;
const OTHER = 'a lantern under the harbour bridge';
const THIRD = 'nine geese walk along the canal';
const DAY = 86_400_000;

/** Two seals with the first key, one with another. */
async function rotatedLog() {
  const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
  const ids = await grow(log, 2);
  log.rotate(OTHER);
  ids.push(...(await grow(log, 1)));
  return { log, ids };
}

describe('after the key was rotated', () => {
  test('what was sealed before is reported in one sentence with what to do, and is not called altered', async () => {
    const { log } = await rotatedLog();
    const verdict = await log.verify();
    expect(verdict).toMatchObject({ problems: [], seals: 3, events: 2, unsealed: 0 });
    expect(verdict.foreign).toMatch(
      /^seals 1 to 2 \(key [0-9a-f]{16}\), with 4 events: .* another key .* SERVER_SECRET/,
    );
  });

  test('the former secret verifies what was sealed with it', async () => {
    const { log } = await rotatedLog();
    log.rotate();
    const { foreign, ...verdict } = await log.verify();
    expect(verdict).toMatchObject({ problems: [], seals: 3, events: 4 });
    expect(foreign).toMatch(/^seal 3 \(key [0-9a-f]{16}\), with 2 events:/);
  });

  test('several former keys are distinguished', async () => {
    const { log } = await rotatedLog();
    log.rotate(THIRD);
    await grow(log, 1);
    expect((await log.verify()).foreign).toMatch(/^seals 1 to 2 \(key (\w{16})\), seal 3 \(key (?!\1)\w{16}\), with 6/);
  });

  test('the log says so once, when the chain goes on with the other key', async () => {
    const { log } = await rotatedLog();
    await grow(log, 1);
    expect(log.lines.filter((line) => line.includes('another key'))).toHaveLength(1);
    expect(log.lines.find((line) => line.includes('another key'))).toContain('"seal":2');
  });

  test('what needs no key is still found: events removed and put in, seals removed and unlinked', async () => {
    const { log, ids } = await rotatedLog();
    const id = '018f0000-0000-7000-8000-000000000001';
    await log.tamper('delete from audit_events where id = $1', [ids[0]]);
    await log.tamper(`insert into audit_events (seq, id, at, action) values (1, $1, now(), 'login')`, [id]);
    await log.tamper(`update audit_seals set hash = '\\x00' where number = 2`);
    const { problems } = await log.verify();
    // The ids are random: so is their order.
    expect(new Set(problems)).toEqual(
      new Set([
        `event ${id} (seq 1) was put in after seal 1`,
        `event ${ids[0]} of seal 1 was removed`,
        'seal 3 does not follow from the one before it',
      ]),
    );
    await log.tamper('delete from audit_seals where number = 2');
    expect((await log.verify()).problems).toContain('the seals between 1 and 3 were removed');
  });

  test('the retention job goes on, and its purges are proved with the current key', async () => {
    const { log } = await rotatedLog();
    log.clock.advance(20 * DAY);
    await grow(log, 1);
    log.clock.advance(20 * DAY);
    expect(await log.purge()).toBe(6);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null, seals: 2, events: 2 });
    log.rotate();
    const { problems, foreign } = await log.verify();
    expect(problems).toEqual([]);
    expect(foreign).toMatch(/^seals 3 to 4/);
  });

  test('a batch of the former key that was purged by its job, too, is no alarm and no proof', async () => {
    const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
    await grow(log, 1);
    log.clock.advance(31 * DAY);
    expect(await log.purge()).toBe(2);
    log.rotate(OTHER);
    await grow(log, 1);
    const { problems, foreign } = await log.verify();
    expect(problems).toEqual([]);
    expect(foreign).toMatch(/^seal 1 \(key \w{16}\), with 0 events: sealed or purged with another key/);
  });
});

describe('seals of before they named their key', () => {
  test('are as good as they were, purging included', async () => {
    const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
    for (let seal = 0; seal < 2; seal += 1) {
      await grow(log, 1);
      await log.forgetKeyId();
    }
    await grow(log, 1);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null, events: 6 });
    await log.tamper(`update audit_events set action = 'logout' where seq = 2`);
    expect((await log.verify()).problems).toEqual([expect.stringMatching(/seq 2\) was altered after seal 1$/)]);
    log.clock.advance(31 * DAY);
    expect(await log.purge()).toBe(6);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null });
  });

  test('are reported as of another key if nothing in them fits the current one', async () => {
    const log = await openAuditLog();
    await grow(log, 1);
    await log.forgetKeyId();
    log.rotate(OTHER);
    await grow(log, 1);
    const { problems, foreign } = await log.verify();
    expect(problems).toEqual([]);
    expect(foreign).toMatch(/^seal 1 \(from before seals named their key\), with 2 events: /);
  });

  test('are altered, and not of another key, where one event in them still fits', async () => {
    const log = await openAuditLog();
    await grow(log, 1);
    await log.forgetKeyId();
    await log.tamper(`update audit_seals set hash = '\\x00', leaves = overlay(leaves placing '\\x0000' from 20)`);
    const { problems, foreign } = await log.verify();
    expect(foreign).toBeNull();
    expect(problems).toContain('seal 1 was altered');
    expect(problems).toContain('seal 1 was altered: its list of events is not what was sealed');
  });

  test('proofs of purging from that time are as good as they were', async () => {
    const log = await openAuditLog({ AUDIT_RETENTION: '30d' });
    await grow(log, 1);
    log.clock.advance(31 * DAY);
    await log.purge();
    await log.tamper('update audit_seals set purge_proof = $1', [await namelessProof(log)]);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null });
    await log.tamper(`update audit_seals set purge_proof = decode(repeat('00', 32), 'hex')`);
    expect((await log.verify()).problems).toEqual(['seal 1 was not purged by the retention job']);
  });
});

async function namelessProof(log: Log): Promise<Buffer> {
  const [seal] = await readSeals(log.statements, 1, 1);
  return namelessPurgeProofOf(log.auditKey(), seal!);
}

describe('while the previous version still serves', () => {
  const BLIND = `insert into audit_seals (number, first_seq, last_seq, events, newest_at, leaves, root, previous, hash, sealed_at)
    values (1, 1, $1, 1, now(), '', '', '', '', now())`;

  test('it does not seal events whose details it cannot see, and seals the others', async () => {
    const log = await openAuditLog();
    await log.happen(1);
    await log.happen(1, 'updateUserRoles', { added: ['admin'], removed: [] });
    await expect(log.sql(BLIND, [2])).rejects.toMatchObject({ code: '55000' });
    await log.sql(BLIND, [1]);
    await log.seal();
    expect(await log.sql('select number, key_id is not null as named from audit_seals order by number')).toEqual([
      { number: 1, named: false },
      { number: 2, named: true },
    ]);
  });

  test('a seal is given no other key with the mark that it was purged', async () => {
    const log = await openAuditLog();
    await grow(log, 1);
    const mark = `purged_at = now(), purge_proof = 'x', leaves = ''`;
    await expect(log.sql(`update audit_seals set ${mark}, key_id = 'x'`)).rejects.toMatchObject({ code: '42501' });
    await expect(log.sql(`update audit_seals set ${mark}, key_id = null`)).rejects.toMatchObject({ code: '42501' });
  });
});

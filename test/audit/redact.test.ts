import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { openAuditLog, SECRET } from '../support/audit-log.js';

const DAY = 86_400_000;
const RETENTION = { AUDIT_PERSONAL_RETENTION: '90d' };

/** An old seal of four events with details, whose addresses are gone, and a young one. */
async function redactedLog(before?: (log: Awaited<ReturnType<typeof openAuditLog>>, ids: string[]) => Promise<void>) {
  const log = await openAuditLog(RETENTION);
  const ids = await log.happen(4, 'suspendUser', { reason: 'none' });
  await log.seal();
  log.clock.advance(91 * DAY);
  await log.happen(2);
  await log.seal();
  await before?.(log, ids);
  const redacted = await log.redact();
  return { log, ids, redacted };
}

test('addresses and devices that are older go, the rest stays, and the log is verified', async () => {
  const { log, redacted } = await redactedLog();
  expect(redacted).toBe(4);
  expect(await log.verify()).toMatchObject({ problems: [], foreign: null, events: 6 });
  const rows = await log.sql(
    'select ip_address as ip, details, salt is null as saltless from audit_events order by seq',
  );
  expect(rows).toEqual([
    ...Array.from({ length: 4 }, () => ({ ip: null, details: { reason: 'none' }, saltless: true })),
    ...Array.from({ length: 2 }, () => ({ ip: '192.0.2.1', details: null, saltless: false })),
  ]);
  expect(await log.redact()).toBe(0);
  log.clock.advance(91 * DAY);
  expect(await log.redact()).toBe(2);
  expect((await log.verify()).problems).toEqual([]);
});

test('with off, the default, nothing is removed', async () => {
  const log = await openAuditLog();
  await log.happen(3);
  await log.seal();
  log.clock.advance(3000 * DAY);
  expect(await log.redact()).toBe(0);
});

test('what was redacted can be erased after that, and what is not sealed yet is redacted and sealed', async () => {
  const { log, ids } = await redactedLog();
  const [old, young] = [ids[0]!, (await log.happen(1, 'suspendUser', { reason: 'x' }))[0]!];
  const subjects = await log.sql<{ id: string }>('select subject_id as id from audit_events where id = any($1)', [
    [old, young],
  ]);
  for (const { id } of subjects) await log.erase(id);
  await log.seal();
  expect(
    await log.sql('select details, ip_address as ip from audit_events where id = any($1)', [[old, young]]),
  ).toEqual([
    { details: null, ip: null },
    { details: null, ip: null },
  ]);
  expect(await log.verify()).toMatchObject({ problems: [], unsealed: 0 });
});

describe('still found is', () => {
  test.each([
    ['an event that was altered after it was redacted', `action = 'login'`],
    ['an address that was put in', `ip_address = '192.0.2.9'`],
    ['a device that was put in', `user_agent = 'x'`],
    ['details that were removed', 'details = null'],
    ['a proof that was removed', 'redaction = null'],
    ['a proof that was made up', `redaction = substr(redaction, 1, 8) || decode(repeat('00', 32), 'hex')`],
  ])('%s', async (_, change) => {
    const { log, ids } = await redactedLog();
    await log.tamper(`update audit_events set ${change} where id = $1`, [ids[1]]);
    expect((await log.verify()).problems).toEqual([
      expect.stringMatching(new RegExp(`^event ${ids[1]} .* was altered after seal 1$`)),
    ]);
  });

  test('an event that was altered before: its proof does not fit its seal', async () => {
    const { log, ids } = await redactedLog(async (before, all) => {
      await before.tamper(`update audit_events set action = 'login' where id = $1`, [all[2]]);
    });
    expect(await log.sql('select ip_address as ip from audit_events where id = $1', [ids[2]])).toEqual([{ ip: null }]);
    expect((await log.verify()).problems).toEqual([expect.stringContaining(`event ${ids[2]} (seq 3) was altered`)]);
  });

  test('the proof of another event', async () => {
    const { log, ids } = await redactedLog();
    await log.tamper(
      `update audit_events set action = 'login', redaction = (select redaction from audit_events where id = $2) where id = $1`,
      [ids[0], ids[1]],
    );
    expect((await log.verify()).problems).toHaveLength(1);
  });

  test('an address that was removed by hand, which the database refuses in the first place', async () => {
    const log = await openAuditLog();
    const [id] = await log.happen(2);
    await log.seal();
    const byHand = 'update audit_events set ip_address = null where id = $1';
    await expect(log.sql(byHand, [id])).rejects.toMatchObject({ code: '42501' });
    await expect(
      log.sql(`update audit_events set action = 'x', salt = null, redaction = 'x' where id = $1`, [id]),
    ).rejects.toMatchObject({ code: '42501' });
    await log.tamper(byHand, [id]);
    expect((await log.verify()).problems).toEqual([expect.stringContaining(`event ${id} (seq 1) was altered`)]);
  });
});

describe('after a rotation of the secret', () => {
  const OTHER = 'another secret of at least 32 characters';

  /** Three events that the first secret sealed, redacted with another one. */
  async function rotatedLog(former: string[], change?: string) {
    const log = await openAuditLog(RETENTION);
    const [first] = await log.happen(3, 'suspendUser', { reason: 'none' });
    await log.seal();
    const sealer = log.auditKey();
    log.rotate(OTHER, ...former);
    if (change) await log.tamper(`update audit_events set ${change} where id = any($1)`, [[first]]);
    log.clock.advance(91 * DAY);
    expect(await log.redact()).toBe(3);
    return { log, sealer, first };
  }

  test('what a former key in SERVER_SECRET sealed is compared, redacted and verified with both', async () => {
    const { log } = await rotatedLog([SECRET]);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null, events: 3 });
    // And the other way round: sealed with a key that is known, redacted with one that is not.
    const redactor = log.auditKey();
    log.rotate();
    const verdict = await log.verify();
    expect(verdict.problems).toEqual([]);
    expect(verdict.foreign).toContain('3 events: a part of them was removed');
    expect(await log.verifyWith([redactor])).toMatchObject({ problems: [], foreign: null });
  });

  test('an event that a former key sealed and that was altered is still found', async () => {
    const { log, first } = await rotatedLog([SECRET], `action = 'logout'`);
    expect((await log.verify()).problems).toEqual([expect.stringContaining(`event ${first} (seq 1) was altered`)]);
  });

  test('what a key sealed that is no longer in SERVER_SECRET is never vouched for again', async () => {
    const { log, sealer, first } = await rotatedLog([], `action = 'logout'`);
    const [{ subject }] = (await log.sql('select subject_id as subject from audit_events where id = $1', [first])) as [
      { subject: string },
    ];
    // Once more, what is left of it: its proof is one that compares nothing.
    await log.erase(subject);
    const { problems, foreign } = await log.verifyWith([sealer]);
    expect({ problems, foreign }).toEqual({
      problems: [],
      foreign: expect.stringMatching(
        /^3 events: .* SERVER_SECRET no longer held the key .* cannot be known any more\.$/,
      ),
    });
  });
});

test('a made-up proof, of a key that does not exist, makes no altered event a redacted one', async () => {
  const { log } = await redactedLog(async (before, ids) => {
    const forged = `redaction = decode(repeat('ab', 40), 'hex')`;
    await before.tamper(`update audit_events set action = 'login', ${forged} where id = $1`, [ids[1]]);
  });
  expect((await log.verify()).foreign).toMatch(/^1 events: .* cannot be known any more\.$/);
});

describe('while SERVER_SECRET names the former secret after the new one', () => {
  const NEW = 'another secret of at least 32 characters';

  test('proofs of the former are verified, and what it sealed is redacted: by hours, and with the person', async () => {
    const { log } = await redactedLog();
    log.rotate(NEW, SECRET);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null, events: 6 });
    log.clock.advance(91 * DAY);
    expect(await log.redact()).toBe(2);
    for (const { id } of await log.sql<{ id: string }>('select subject_id as id from audit_events'))
      await log.erase(id);
    expect(await log.sql('select from audit_events where details is not null or ip_address is not null')).toEqual([]);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null, events: 6 });
  });

  test('an event that the former sealed, and that was altered before it is redacted, is still found', async () => {
    const { log } = await redactedLog();
    log.rotate(NEW, SECRET);
    log.clock.advance(91 * DAY);
    const [young] = await log.sql<{ id: string }>('select id from audit_events where ip_address is not null limit 1');
    await log.tamper(`update audit_events set action = 'suspendUser' where id = $1`, [young!.id]);
    expect(await log.redact()).toBe(2);
    expect((await log.verify()).problems).toEqual([expect.stringContaining(`event ${young!.id} (seq 5) was altered`)]);
  });

  test('an event that the former redacted, and that was altered before it is redacted again, is still found', async () => {
    const { log, ids } = await redactedLog();
    log.rotate(NEW, SECRET);
    await log.tamper(`update audit_events set actor_id = gen_random_uuid() where id = $1`, [ids[0]]);
    const [event] = await log.sql<{ id: string }>('select subject_id as id from audit_events where id = $1', [ids[0]]);
    await log.erase(event!.id);
    expect((await log.verify()).problems).toEqual([expect.stringContaining(`event ${ids[0]} (seq 1) was altered`)]);
  });
});

test('of an administrator who acted as a person the address stays when the person is erased, and goes with the administrator', async () => {
  const log = await openAuditLog();
  const [administrator, person] = [randomUUID(), randomUUID()];
  await log.happen(1, 'updateProfile', { fields: ['displayName'] });
  const columns = 'subject_id = $1, actor_id = $1, impersonator_id = $2';
  await log.tamper(`update audit_events set ${columns}`, [person, administrator]);
  await log.seal();
  const kept = () => log.sql('select ip_address as ip, details, impersonator_id as by from audit_events');
  await log.erase(person);
  expect(await kept()).toEqual([{ ip: '192.0.2.1', details: null, by: administrator }]);
  expect(await log.verify()).toMatchObject({ problems: [], events: 1 });
  await log.erase(administrator);
  expect(await kept()).toEqual([{ ip: null, details: null, by: administrator }]);
  expect(await log.verify()).toMatchObject({ problems: [], events: 1 });
});

test('what is sealed by the previous version, which knows no salts, is verified', async () => {
  const log = await openAuditLog();
  await log.happen(2);
  const salts = await log.sql<{ id: string; salt: string }>('select id, salt from audit_events');
  await log.tamper('update audit_events set salt = null');
  await log.seal();
  for (const { id, salt } of salts) await log.tamper('update audit_events set salt = $1 where id = $2', [salt, id]);
  expect(await log.verify()).toMatchObject({ problems: [], events: 2 });
});

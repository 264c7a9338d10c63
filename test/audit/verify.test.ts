import { beforeAll, describe, expect, test } from '@jest/globals';
import { leafOf } from '../../src/audit/chain.js';
import { openAuditLog } from '../support/audit-log.js';

/** Three seals of ten events each. */
async function sealedLog() {
  const log = await openAuditLog();
  const ids: string[][] = [];
  for (let batch = 0; batch < 3; batch += 1) {
    ids.push(await log.happen(10));
    await log.seal();
  }
  return { log, ids: ids as [string[], string[], string[]] };
}

describe('verification names an event in which an attacker changed', () => {
  let shared: Awaited<ReturnType<typeof sealedLog>>;
  beforeAll(async () => {
    shared = await sealedLog();
  });

  test.each([
    ['the action', `action = 'logout'`],
    ['the instant, by a microsecond', `at = at + interval '1 microsecond'`],
    ['the outcome', `outcome = 'REFUSED'`],
    ['the actor', `actor_id = subject_id`],
    ['the subject', `subject_id = null`],
    ['that no one acted as the actor', `impersonator_id = subject_id`],
    ['the address', `ip_address = '192.0.2.2'`],
    ['a field that was empty', `user_agent = ''`],
    ['that it had no details', `details = '{}'`],
    ['that it had no details, to null', `details = 'null'`],
  ])('%s', async (_, change) => {
    const { log, ids } = shared;
    const id = ids[1].pop();
    await log.tamper(`update audit_events set ${change} where id = $1`, [id]);
    const { problems } = await log.verify();
    const expected = new RegExp(`^event ${id} .* was altered after seal 2$`);
    expect(problems.filter((problem) => problem.includes(`${id}`))).toEqual([expect.stringMatching(expected)]);
    expect(problems).toHaveLength(10 - ids[1].length);
  });
});

describe('verification finds a change of the details', () => {
  const DETAILS = { added: ['clerk'], removed: [] };

  test.each([
    ['to another role', `'{"added": ["packer"], "removed": []}'`],
    ['by one more', `details || '{"reason": null}'`],
    ['by one less', `details - 'removed'`],
    ['to nothing', 'null'],
  ])('%s', async (_, change) => {
    const log = await openAuditLog();
    const [id] = await log.happen(1, 'updateUserRoles', DETAILS);
    await log.happen(1, 'updateUserRoles', DETAILS);
    await log.seal();
    expect(await log.verify()).toMatchObject({ problems: [], events: 2 });
    await log.tamper(`update audit_events set details = ${change} where id = $1`, [id]);
    expect((await log.verify()).problems).toEqual([`event ${id} (seq 1) was altered after seal 1`]);
  });

  test('and an event without any is sealed as it was before there were details', async () => {
    const log = await openAuditLog();
    await log.happen(1);
    await log.tamper('update audit_events set salt = null');
    await log.seal();
    const [row] = await log.sql<{ id: string; content: string; leaves: Buffer }>(
      `select e.id, leaves, json_build_array(e.seq, e.id, extract(epoch from e.at)::text, e.action, e.outcome, e.code, e.actor_id,
              e.subject_id, e.session_id, e.ip_address, e.user_agent, e.request_id)::text as content
         from audit_events e, audit_seals`,
    );
    expect(row!.leaves).toEqual(leafOf(log.auditKey(), { ...row!, salt: null }));
  });
});

describe('verification names', () => {
  test('a guard that was switched off, or that a replica would pass by', async () => {
    const { log } = await sealedLog();
    await log.sql('alter table audit_events disable trigger audit_events_append_only');
    await log.sql('alter table audit_seals enable trigger audit_seals_no_truncate');
    expect((await log.verify()).problems).toEqual([
      'the trigger audit_events_append_only is not enabled always: the table is not append-only',
      'the trigger audit_seals_no_truncate is not enabled always: the table is not append-only',
    ]);
  });

  test.each([
    [
      'a guard whose function was replaced',
      `create or replace function audit_events_append_only() returns trigger language plpgsql set search_path from current as
         $$ begin return coalesce(old, new); end $$`,
      ['audit_events_append_only', 'audit_events_no_truncate'],
    ],
    [
      'a guard whose function looks for the seals elsewhere',
      'alter function audit_events_append_only() set search_path = evil, public',
      ['audit_events_append_only', 'audit_events_no_truncate'],
    ],
    [
      'a guard that no longer minds all rows',
      `drop trigger audit_seals_append_only on audit_seals;
       create trigger audit_seals_append_only before insert or update or delete on audit_seals for each row
         when (pg_trigger_depth() > 9) execute function audit_seals_append_only();
       alter table audit_seals enable always trigger audit_seals_append_only`,
      ['audit_seals_append_only'],
    ],
    [
      'a guard that minds one column',
      `drop trigger audit_events_append_only on audit_events;
       create trigger audit_events_append_only before delete or update of code on audit_events for each row
         execute function audit_events_append_only();
       alter table audit_events enable always trigger audit_events_append_only`,
      ['audit_events_append_only'],
    ],
    [
      'a guard that comes too late',
      `drop trigger audit_events_append_only on audit_events;
       create trigger audit_events_append_only after update or delete on audit_events for each row
         execute function audit_events_append_only();
       alter table audit_events enable always trigger audit_events_append_only`,
      ['audit_events_append_only'],
    ],
  ])('%s', async (_, change, guards) => {
    const log = await openAuditLog();
    await log.sql(change);
    expect((await log.verify()).problems).toEqual(
      guards.map((name) => `the trigger ${name}, or its function, was altered: the table is not append-only`),
    );
  });

  test('a foreign trigger or rule that could keep events from being written, and no other', async () => {
    const log = await openAuditLog();
    await log.sql(`
      create function swallow() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger quiet before insert on audit_events for each row execute function swallow();
      create trigger told after insert on audit_events for each row execute function swallow();
      create rule nothing as on insert to audit_seals do instead nothing`);
    expect(new Set((await log.verify()).problems)).toEqual(
      new Set([
        'nothing on audit_seals does not belong to Sallyport, and can change or drop what is written there',
        'quiet on audit_events does not belong to Sallyport, and can change or drop what is written there',
      ]),
    );
  });

  test('a guard on the wrong table', async () => {
    const log = await openAuditLog();
    await log.sql(`
      drop trigger audit_events_append_only on audit_events;
      create trigger audit_events_append_only before update or delete on audit_seals for each row
        execute function audit_events_append_only();
      alter table audit_seals enable always trigger audit_events_append_only`);
    expect((await log.verify()).problems).toContain(
      'the trigger audit_events_append_only is not enabled always: the table is not append-only',
    );
  });

  test('an event that was removed', async () => {
    const { log, ids } = await sealedLog();
    await log.tamper('delete from audit_events where id = $1', [ids[0][9]]);
    expect((await log.verify()).problems).toEqual([`event ${ids[0][9]} of seal 1 was removed`]);
  });

  test('an event that was put in, wherever there is a gap', async () => {
    const { log } = await sealedLog();
    const id = '018f0000-0000-7000-8000-000000000001';
    await log.tamper('delete from audit_events where seq = 15');
    const insert = `insert into audit_events (seq, id, at, action) values ($1, $2, now(), 'login')`;
    await log.tamper(insert, [15, id]);
    await log.tamper(insert, [-1, '018f0000-0000-7000-8000-000000000002']);
    const { problems } = await log.verify();
    expect(problems).toContainEqual(`event ${id} (seq 15) was put in after seal 2`);
    expect(problems).toContainEqual('event 018f0000-0000-7000-8000-000000000002 (seq -1) was put in after seal 1');
  });

  test('a seal that was made to fit the altered events', async () => {
    const { log } = await sealedLog();
    await log.tamper(`update audit_seals set events = 9, leaves = substr(leaves, 1, 288) where number = 2`);
    await log.tamper(`delete from audit_events where seq = 20`);
    const { problems } = await log.verify();
    expect(problems).toContainEqual('seal 2 was altered');
    expect(problems).toContainEqual('seal 2 was altered: its list of events is not what was sealed');
  });

  test('a seal that was removed with its events', async () => {
    const { log } = await sealedLog();
    await log.tamper('delete from audit_seals where number = 2');
    await log.tamper('delete from audit_events where seq between 11 and 20');
    expect((await log.verify()).problems).toContainEqual('the seals between 1 and 3 were removed');
  });

  test('a beginning that was removed, and one that only looks purged', async () => {
    const { log } = await sealedLog();
    await log.tamper(`update audit_seals set purged_at = now(), leaves = '', purge_proof = 'made up' where number = 1`);
    await log.tamper('delete from audit_events where seq <= 10');
    expect((await log.verify()).problems).toEqual(['seal 1 was not purged by the retention job']);
    await log.tamper('delete from audit_seals where number = 1');
    expect((await log.verify()).problems).toEqual(['the seals before seal 2 were removed']);
  });

  test('an end that was cut off, given the former head', async () => {
    const { log } = await sealedLog();
    const { head } = await log.verify();
    expect((await log.verify(head!)).problems).toEqual([]);
    await log.happen(1);
    await log.seal();
    expect((await log.verify(head!)).problems).toEqual([]);
    await log.tamper('delete from audit_seals where number >= 3');
    await log.tamper('delete from audit_events where seq > 20');
    expect((await log.verify(head!)).problems).toEqual([expect.stringContaining('its end was cut off')]);
  });
});

test('an event younger than the last seal is reported as such, and no problem', async () => {
  const { log } = await sealedLog();
  await log.happen(4);
  expect(await log.verify()).toMatchObject({ problems: [], events: 30, seals: 3, unsealed: 4 });
});

import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { exportCommand, readArguments } from '../../src/cli/audit-export.js';
import { openAuditLog } from '../support/audit-log.js';
import { until } from '../support/until.js';

type Log = Awaited<ReturnType<typeof openAuditLog>>;

/** What is written, and the cursor that is told. */
async function run(log: Log, given: Parameters<typeof readArguments>[0] = {}, stop = new AbortController()) {
  const written: string[] = [];
  const told: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const needs = { sql: log.statements, out, say: (text: string) => told.push(text), signal: stop.signal };
  const done = exportCommand(needs, readArguments(given));
  const text = () => written.join('');
  return { done, text, cursor: () => told.at(-1)!.replace('Cursor: ', '') };
}

async function exported(log: Log, given: Parameters<typeof readArguments>[0] = {}) {
  const { done, text, cursor } = await run(log, given);
  expect(await done).toBe(0);
  const lines = text().split('\n').filter(Boolean);
  return { text: text(), lines, cursor: cursor(), ids: () => lines.map((line) => JSON.parse(line).id as string) };
}

test('each sealed event is one line of JSON, and the cursor goes on where it ended', async () => {
  const log = await openAuditLog();
  const first = await log.happen(1200, 'suspendUser', { reason: 'a "quoted"\nword' });
  await log.seal();
  const one = await exported(log);
  expect(one.ids()).toEqual(first);
  expect(JSON.parse(one.lines[0]!)).toMatchObject({
    seq: '1',
    action: 'suspendUser',
    outcome: 'SUCCEEDED',
    ipAddress: '192.0.2.1',
    details: { reason: 'a "quoted"\nword' },
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  const second = await log.happen(3);
  expect((await exported(log, { after: one.cursor })).ids()).toEqual([]);
  await log.seal();
  expect((await exported(log, { after: one.cursor })).ids()).toEqual(second);
});

test('an event of a transaction that commits late is not passed over', async () => {
  const log = await openAuditLog();
  const late = await log.connect();
  await late.query('begin');
  const insert = `insert into audit_events (id, at, action) values (gen_random_uuid(), now(), 'late') returning id`;
  const { rows } = await late.query(insert);
  const [early] = await log.happen(1);
  const sealing = log.seal();
  const before = await exported(log);
  expect(before.ids()).toEqual([]);
  await late.query('commit');
  await sealing;
  await log.seal();
  expect((await exported(log, { after: before.cursor })).ids()).toEqual([rows[0].id, early]);
});

test('a span of time, and what is redacted without its address', async () => {
  const log = await openAuditLog({ AUDIT_PERSONAL_RETENTION: '30d' });
  const start = log.clock.now();
  const [old] = await log.happen(1);
  await log.seal();
  log.clock.advance(40 * 86_400_000);
  const [young] = await log.happen(1);
  await log.seal();
  await log.redact();
  const middle = new Date(start.getTime() + 86_400_000).toISOString();
  const before = await exported(log, { until: middle });
  expect([before.ids(), JSON.parse(before.lines[0]!).ipAddress]).toEqual([[old], null]);
  expect((await exported(log, { since: middle })).ids()).toEqual([young]);
});

describe('as CSV', () => {
  test('there is a header unless it goes on, and no cell is a formula', async () => {
    const log = await openAuditLog();
    await log.happen(1, 'suspendUser', { reason: 'x' });
    const evil = `insert into audit_events (id, at, action, user_agent) values (gen_random_uuid(), now(), 'login', $1)`;
    const agents = ['=cmd|calc', '+1', '-1', '@SUM(A1)', '\t=1', 'a "b", c', "'=1"];
    for (const agent of agents) await log.sql(evil, [agent]);
    await log.seal();
    const { text, cursor } = await exported(log, { format: 'csv' });
    expect(text.split('\r\n')[0]).toBe(
      'seq,id,at,action,outcome,code,actorId,subjectId,sessionId,ipAddress,userAgent,requestId,details,impersonatorId',
    );
    expect(text).toContain('"{""reason"":""x""}"');
    expect(text).toContain('"a ""b"", c"');
    for (const agent of agents.slice(0, 5)) expect(text).toContain(`,"'${agent}",`);
    expect(text).not.toMatch(/(^|,)"?[=+@-]/m);
    await log.happen(1);
    await log.seal();
    expect((await exported(log, { format: 'csv', after: cursor })).text).not.toContain('actorId');
  });
});

test('it follows until it is stopped, and then prints its cursor', async () => {
  const log = await openAuditLog();
  await log.happen(2);
  await log.seal();
  const stop = new AbortController();
  const { done, text, cursor } = await run(log, { follow: true }, stop);
  await until(() => text().split('\n').length === 3);
  await sleep(50);
  stop.abort();
  expect(await done).toBe(0);
  expect(cursor()).toBe('2');
});

test.each([
  [{ format: 'xml' }, '--format'],
  [{ after: 'x' }, '--after'],
  [{ since: 'yesterday' }, '--since'],
  [{ until: '7' }, '--until'],
])('%j is refused', (given, message) => {
  expect(() => readArguments(given)).toThrow(message);
});

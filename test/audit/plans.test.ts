import { beforeAll, expect, test } from '@jest/globals';
import { AuditOutcome } from '../../src/audit/audit-event.entity.js';
import type { AuditEventFilter } from '../../src/audit/audit.input.js';
import { requestRows } from '../../src/platform/request-rows.js';
import { listEvents } from '../../src/audit/list-events.js';
import { openAuditLog } from '../support/audit-log.js';

let log: Awaited<ReturnType<typeof openAuditLog>>;
let subjectId: string;
beforeAll(async () => {
  log = await openAuditLog();
  await log.sql(
    `insert into audit_events (id, at, action, outcome, code, actor_id, subject_id)
     select gen_random_uuid(), now() - n * interval '1 second', case when n % 5 = 0 then 'logout' else 'refresh' end,
            case when n % 50 = 0 then 'REFUSED' else 'SUCCEEDED' end, case when n % 50 = 0 then 'FORBIDDEN' end,
            md5((n / 5)::text)::uuid, md5((n / 5)::text)::uuid from generate_series(1, 40000) n`,
  );
  await log.sql('analyze audit_events');
  subjectId = (await log.sql<{ id: string }>('select subject_id as id from audit_events where seq = 20000'))[0]!.id;
});

const week = { occurredAfter: new Date('2000-01-01'), occurredBefore: new Date('2100-01-01') };
const FILTERS: [string, () => AuditEventFilter][] = [
  ['nothing', () => ({})],
  ['action', () => ({ action: 'logout' })],
  ['an action that never happened', () => ({ action: 'restoreUser' })],
  ['REFUSED', () => ({ outcome: AuditOutcome.REFUSED })],
  ['SUCCEEDED', () => ({ outcome: AuditOutcome.SUCCEEDED })],
  ['action and REFUSED', () => ({ action: 'logout', outcome: AuditOutcome.REFUSED })],
  ['actor', () => ({ actorId: subjectId })],
  ['subject', () => ({ subjectId })],
  ['subject and action', () => ({ subjectId, action: 'logout' })],
  ['time', () => week],
  ['time and action', () => ({ ...week, action: 'logout' })],
  ['everything', () => ({ ...week, subjectId, actorId: subjectId, action: 'logout', outcome: AuditOutcome.REFUSED })],
];

test.each(FILTERS)('a page by %s is read from an index in its order, and few rows are looked at', async (_, filter) => {
  const plans: string[] = [];
  const sql = async <Row>(name: string, text: string, params: unknown[]) => {
    const rows = await log.statements<{ 'QUERY PLAN': string }>(
      '',
      `explain (analyze, buffers off, timing off, summary off) ${text}`,
      params,
    );
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return log.statements<Row>(name, text, params);
  };
  await listEvents({ sql, pages: requestRows() }, { first: 20 }, filter());
  expect(plans).toHaveLength(1);
  const [plan = ''] = plans;
  expect(plan).toMatch(/Index (Only )?Scan/);
  expect(plan).not.toContain('Seq Scan');
  // Neither fetched and sorted, nor fetched and thrown away: what an index hands over is what is answered.
  const looked = [...plan.matchAll(/(?:Scan.*actual rows=|Rows Removed by Filter: )(\d+)/g)].map(([, rows]) =>
    Number(rows),
  );
  expect(looked).not.toHaveLength(0);
  expect(Math.max(...looked)).toBeLessThanOrEqual(200);
});

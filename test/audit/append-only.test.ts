import { beforeAll, describe, expect, test } from '@jest/globals';
import { openAuditLog } from '../support/audit-log.js';

let log: Awaited<ReturnType<typeof openAuditLog>>;
beforeAll(async () => {
  log = await openAuditLog();
  await log.happen(3);
  await log.seal();
  await log.happen(2);
});

const REFUSED = { code: '42501' };

describe.each(['audit_events', 'audit_seals'])('the database lets no one change %s', (table) => {
  const column = table === 'audit_events' ? 'action' : 'events';
  test.each([
    ['update', `update ${table} set ${column} = ${column}`],
    ['delete', `delete from ${table}`],
    ['truncate', `truncate ${table}`],
    ['truncate of another table that cascades', `truncate users, ${table} cascade`],
  ])('by %s', async (_, statement) => {
    await expect(log.sql(statement)).rejects.toMatchObject(REFUSED);
    expect(await log.sql(`select count(*)::int as left from ${table}`)).toEqual([
      { left: table === 'audit_events' ? 5 : 1 },
    ]);
  });

  test('by a session that calls itself a replica', async () => {
    const client = await log.connect();
    await client.query('set session_replication_role = replica');
    await expect(client.query(`delete from ${table}`)).rejects.toMatchObject(REFUSED);
  });
});

test('a temporary table of the same name does not replace the seals', async () => {
  const client = await log.connect();
  await client.query('create temporary table audit_seals as select * from public.audit_seals');
  await client.query('update audit_seals set purged_at = now()');
  await expect(client.query('delete from audit_events')).rejects.toMatchObject(REFUSED);
});

test('a seal is marked as purged once, and nothing else of it changes with the mark', async () => {
  const mark = `purged_at = now(), purge_proof = 'x', leaves = ''`;
  await expect(log.sql(`update audit_seals set ${mark}, events = 0`)).rejects.toMatchObject(REFUSED);
  await expect(log.sql(`update audit_seals set purged_at = now(), leaves = ''`)).rejects.toMatchObject(REFUSED);
});

test('only the owner may call the function that purges', async () => {
  const [row] = await log.sql(
    `select exists (select from pg_proc p, aclexplode(p.proacl) a where p.proname = 'purge_audit_seal' and a.grantee = 0) as everybody`,
  );
  expect(row).toEqual({ everybody: false });
});

import type { Sql } from '../platform/database.js';

/**
 * The triggers that keep the tables append-only, as the migrations created them: when each runs (pg_trigger.tgtype), and the SHA-256 of its
 * function. A migration that changes such a function must change its digest here; a test fails otherwise.
 */
const EVENTS_BODY = '0c03bd4fa4316870f6ceff7ee3102168820acf714a55ce2cb4631deba68ed90a';
const SEALS_BODY = '12eab4ea908ff6adfe53ae62060836ab8ebf23b87c1d900694cad5cc57a0ac0d';
const [ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE] = [1, 2, 4, 8, 16, 32];
const GUARDS = new Map([
  ['audit_events audit_events_append_only', { runs: ROW | BEFORE | UPDATE | DELETE, body: EVENTS_BODY }],
  ['audit_events audit_events_no_truncate', { runs: BEFORE | TRUNCATE, body: EVENTS_BODY }],
  ['audit_seals audit_seals_append_only', { runs: ROW | BEFORE | INSERT | UPDATE | DELETE, body: SEALS_BODY }],
  ['audit_seals audit_seals_no_truncate', { runs: BEFORE | TRUNCATE, body: SEALS_BODY }],
]);

/**
 * A sentence for each guard that is missing, disabled (even if only for sessions in the role of a replica) or altered, and for any other
 * trigger or rule that could change or drop what is written. The owner of the tables can restore everything afterwards: then the chain
 * shows what was changed.
 */
export async function checkGuards(sql: Sql): Promise<string[]> {
  const rows = await sql<GuardRow>('audit-guards', FOUND, []);
  // By table too: a trigger of the right name on the wrong table guards nothing.
  const found = new Map(rows.map((row) => [`${row.table} ${row.name}`, row]));
  const problems = [...GUARDS].flatMap(([guard, { runs, body }]) => {
    const row = found.get(guard);
    const name = guard.split(' ')[1];
    if (!row?.always) return [`the trigger ${name} is not enabled always: the table is not append-only`];
    const intact = row.as_made && row.runs === runs && row.body === body;
    return intact ? [] : [`the trigger ${name}, or its function, was altered: the table is not append-only`];
  });
  const foreign = [...found].filter(([guard, { runs }]) => !GUARDS.has(guard) && (runs === null || runs & BEFORE));
  return [
    ...problems,
    ...foreign.map(
      ([, { table, name }]) =>
        `${name} on ${table} does not belong to Sallyport, and can change or drop what is written there`,
    ),
  ];
}

interface GuardRow {
  name: string;
  table: string;
  always: boolean;
  /** Null for a rule. */
  runs: number | null;
  /** It runs for every row, with the search_path that the migrations set. */
  as_made: boolean;
  body: string;
}

const FOUND = `
select g.tgname::text as name, c.relname::text as table, g.tgenabled = 'A' as always, g.tgtype::int as runs,
       g.tgqual is null and g.tgattr = '' and l.lanname = 'plpgsql'
         and p.proconfig = array[format('search_path=%I, pg_temp', n.nspname)] as as_made,
       encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex') as body
  from pg_trigger g
  join pg_class c on c.oid = g.tgrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_proc p on p.oid = g.tgfoid
  join pg_language l on l.oid = p.prolang
 where g.tgrelid in ('audit_events'::regclass, 'audit_seals'::regclass) and not g.tgisinternal
union all
select r.rulename::text, c.relname::text, false, null, false, ''
  from pg_rewrite r join pg_class c on c.oid = r.ev_class
 where r.ev_class in ('audit_events'::regclass, 'audit_seals'::regclass)
 order by 1`;

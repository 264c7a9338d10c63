import type { Needs } from '../context.js';
import { nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';

/** The last event that the job has processed; 0 before the first. */
export async function readPosition(sql: Sql, name: string): Promise<string> {
  const [row] = await sql<{ seq: string }>('audit-position', READ, [name]);
  return row?.seq ?? '0';
}

export async function writePosition(sql: Sql, name: string, seq: string): Promise<void> {
  await sql('audit-advance', WRITE, [name, seq]);
}

const READ = 'select seq::text as seq from audit_positions where name = $1';
const WRITE = `
insert into audit_positions (name, seq) values ($1, $2::bigint)
on conflict (name) do update set seq = greatest(audit_positions.seq, excluded.seq)`;

/** For work that one process at a time does: which process, and the name of the work. */
export interface Claim {
  name: string;
  by: string;
}

/**
 * Claims the position for the next minute. Null if another process holds it, or if no sealed event follows it. Writes only if there is
 * something to do.
 */
export async function claimPosition(
  { sql, clock }: Needs<'sql' | 'clock'>,
  { name, by }: Claim,
): Promise<string | null> {
  const [due] = await sql('audit-due', DUE, [name, by, clock.forDatabase()]);
  if (!due) return null;
  const [claimed] = await sql<{ seq: string }>('audit-claim', CLAIM, [name, by, clock.forDatabase()]);
  return claimed?.seq ?? null;
}

/** Keeps the claim for another minute. False if it was lost: another process continues from the position before. */
export async function advancePosition(
  { sql, clock }: Needs<'sql' | 'clock'>,
  { name, by }: Claim,
  seq: string,
): Promise<boolean> {
  const kept = await sql('audit-claim-advance', ADVANCE, [name, by, clock.forDatabase(), seq]);
  return kept.length > 0;
}

export async function releasePosition(sql: Sql, { name, by }: Claim): Promise<void> {
  await sql('audit-release', RELEASE, [name, by]);
}

const NOW = nowIn('$3');
const FREE = `(p.claimed_by = $2::uuid or coalesce(p.claimed_until <= ${NOW}, true))`;
const DUE = `
select 1 where not exists (select from audit_positions p where p.name = $1 and not ${FREE})
  and (select max(last_seq) from audit_seals) > coalesce((select seq from audit_positions where name = $1), 0)`;
const CLAIM = `
insert into audit_positions as p (name, seq, claimed_by, claimed_until) values ($1, 0, $2::uuid, ${NOW} + interval '1 minute')
on conflict (name) do update set claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until where ${FREE}
returning p.seq::text as seq`;
const ADVANCE = `
update audit_positions set seq = $4::bigint, claimed_until = ${NOW} + interval '1 minute'
 where name = $1 and claimed_by = $2::uuid returning 1`;
const RELEASE = `update audit_positions set claimed_by = null, claimed_until = null where name = $1 and claimed_by = $2::uuid`;

import type { Sql } from '../platform/database.js';

/** The last event that the job is done with; 0 before its first one. */
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

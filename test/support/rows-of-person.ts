import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PersonalTable } from '../../src/platform/personal-data.js';
import type { Registered } from './people.js';

export interface Column {
  table: string;
  column: string;
  type: string;
  length: number | null;
  nullable: boolean;
}

/** Every column of the database, but those of the job queue. */
export const COLUMNS = `
select table_name as table, column_name as column, udt_name as type, character_maximum_length as length, is_nullable = 'YES' as nullable
  from information_schema.columns where table_schema = current_schema() and is_generated = 'NEVER' order by 1, ordinal_position`;

/** A value by which it is found again; none where the type has too few of them. */
export interface Written extends Column {
  value: string;
}

/**
 * One row more in each table that holds something of people, as this person would have it: each text, time and key is one that is nowhere
 * else. Behind the product's back, so that a table that is new tomorrow has a row too.
 */
export async function writeRows(
  url: string,
  tables: readonly PersonalTable[],
  columns: Column[],
  person: Registered,
): Promise<Written[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const written: Written[] = [];
  // Without triggers and foreign keys: no order of the tables is known.
  await client.query('set session_replication_role = replica');
  const ids = linksOf(person);
  for (const { table } of tables.filter(({ table: name }) => name !== 'users')) {
    const filled = columns
      .filter((column) => column.table === table)
      .map((column) => Object.assign({}, column, valueOf(column, ids)));
    const names = filled.map(({ column }) => `"${column}"`);
    const places = filled.map((_, at) => `$${at + 1}`);
    const rows = `insert into ${table} (${names.join(', ')}) values (${places.join(', ')}) on conflict do nothing`;
    const { rowCount } = await client.query(
      rows,
      filled.map(({ param }) => param),
    );
    if (rowCount === 1) written.push(...filled.filter(({ unique }) => unique));
  }
  await client.end();
  return written;
}

/** What leads from one table to another. */
function linksOf({ id, email }: Registered): Record<string, unknown> {
  const subject = randomBytes(8).toString('hex');
  const [session, challenge] = [randomUUID(), randomUUID()];
  return {
    user_id: id,
    subject_id: id,
    actor_id: id,
    'sessions.id': session,
    'challenges.id': challenge,
    session_id: session,
    challenge_id: challenge,
    'revocations.kind': 'session',
    'revocations.key': session,
    'identities.subject': subject,
    'provider_logouts.subject': subject,
    issuer: 'https://issuer.example',
    'mails.recipient': email,
    'pending_registrations.email': email,
    'challenges.purpose': 'SIGN_IN',
    'data_exports.status': 'FAILED',
    'webhook_deliveries.status': 'FAILED',
    'audit_events.outcome': 'SUCCEEDED',
    'user_roles.role_name': 'user',
    expires_at: new Date(Date.now() + 86_400_000),
    absolute_expires_at: new Date(Date.now() + 86_400_000),
    'challenges.registration_id': null,
    'challenges.attempt_id': null,
    'refresh_tokens.parent_id': null,
  };
}

function valueOf({ table, column, type, length }: Column, links: Record<string, unknown>) {
  const link = [`${table}.${column}`, column].find((name) => name in links);
  if (link) return { param: links[link], value: '', unique: false };
  const hex = randomBytes(8).toString('hex');
  const some = hex.slice(0, length ?? 16);
  const uuid = randomUUID();
  switch (type) {
    case 'text':
    case 'varchar':
      return { param: some, value: some, unique: some.length > 7 };
    case '_text':
    case '_varchar':
      return { param: [some], value: some, unique: true };
    case 'jsonb':
      return { param: JSON.stringify({ [some]: true }), value: some, unique: true };
    case 'uuid':
      return { param: uuid, value: uuid, unique: true };
    case 'bytea':
      return { param: Buffer.from(hex), value: hex, unique: true };
    case 'timestamptz':
      return { param: new Date(), value: '', unique: false };
    case 'bool':
      return { param: true, value: '', unique: false };
    case 'xid8':
      return { param: '7', value: '', unique: false };
    case 'int4':
    case 'int8':
      return { param: 1_000_000 + randomBytes(3).readUIntBE(0, 3), value: '', unique: false };
    default:
      throw new Error(`${table}.${column}: this test does not know how to fill ${type}`);
  }
}

import type { EntityManager } from '@mikro-orm/postgresql';
import { sqlIn } from '../platform/database.js';
import { PERSON, type PersonalTable } from '../platform/personal-data.js';

const AT_ONCE = 500;

/** The rows of a user in one table, as PostgreSQL's JSON, a few hundred at a time, in the caller's transaction. */
export async function* rowsOfPerson(tx: EntityManager, table: PersonalTable, userId: string): AsyncGenerator<string[]> {
  const sql = sqlIn(tx);
  await sql('', `declare person_rows no scroll cursor for ${statementFor(table)}`, [userId]);
  for (;;) {
    const rows = await sql<{ row: string }>('', `fetch ${AT_ONCE} from person_rows`, []);
    if (rows.length > 0) yield rows.map(({ row }) => row);
    if (rows.length < AT_ONCE) break;
  }
  await sql('', 'close person_rows', []);
}

function statementFor({ table, of, by, gives }: PersonalTable): string {
  const columns = gives.map((one) => (typeof one === 'string' ? `t.${one}` : `${one.as} as ${one.column}`));
  return `${PERSON}
select row_to_json(r)::text as row from (
  select ${columns.join(', ')} from ${table} t cross join person where ${of} order by ${by}
) r`;
}

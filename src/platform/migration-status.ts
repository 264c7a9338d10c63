import { readdirSync } from 'node:fs';
import type { Database } from './database.js';

export interface MigrationStatus {
  /** The oldest first. */
  ran: { name: string; executedAt: Date }[];
  pending: string[];
  /** They have run but are not among the files: a newer release made them. */
  unknown: string[];
}

/** Only reads: does not even create the table of executed migrations. */
export async function readMigrations({ orm, sql }: Pick<Database, 'orm' | 'sql'>): Promise<MigrationStatus> {
  const { path = '' } = orm.config.get('migrations');
  const files = readdirSync(path).flatMap((file) => FILE.exec(file)?.[1] ?? []);
  const [found] = await sql<{ there: boolean }>('migrations_there', THERE, []);
  const rows = found?.there ? await sql<{ name: string; executedAt: Date }>('migrations_ran', RAN, []) : [];
  const ran = new Set(rows.map(({ name }) => name));
  return {
    ran: rows,
    pending: files.filter((name) => !ran.has(name)).toSorted(),
    unknown: rows.map(({ name }) => name).filter((name) => !files.includes(name)),
  };
}

/** A migration as JavaScript or TypeScript, without declaration files. */
const FILE = /^(\d{14}_[\w-]+)\.[jt]s$/;

const THERE = `select to_regclass('mikro_orm_migrations') is not null as there`;
const RAN = `select name, executed_at as "executedAt" from mikro_orm_migrations order by id`;

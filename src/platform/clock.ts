import type { Sql } from './database.js';

/** Code takes the time from a clock, so that tests can move it. */
export interface Clock {
  now(): Date;
  /**
   * The time for statements that compare what several replicas wrote. Null: PostgreSQL uses its own, so that a replica with a wrong clock
   * neither ends sessions and codes nor prolongs them.
   */
  forDatabase(): Date | null;
}

export const systemClock: Clock = { now: () => new Date(), forDatabase: () => null };

/** The current time, in a statement that has `clock.forDatabase()` as the parameter `place`. */
export const nowIn = (place: string) => `coalesce(${place}::timestamptz, statement_timestamp())`;

/** The same in milliseconds since 1970, which each driver returns as a number. */
export const millisecondsIn = (place: string) => `floor(extract(epoch from ${nowIn(place)}) * 1000)::float8`;

/** The current time, for what another replica will compare or has written. In a transaction: `databaseNow(ctx, sqlIn(tx))`. */
export async function databaseNow({ clock }: { clock: Clock }, sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: number }>('now', NOW, [clock.forDatabase()]);
  if (!row) throw new Error('PostgreSQL returned no time');
  return new Date(row.now);
}

const NOW = `select ${millisecondsIn('$1')} as now`;

/** The instant `ms` milliseconds after another. */
export function after(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

/** Whole seconds, rounded up, from now until `instant`; never below one. For `retryAfter`. */
export function secondsUntil(now: Date, instant: Date): number {
  return Math.max(1, Math.ceil((instant.getTime() - now.getTime()) / 1000));
}

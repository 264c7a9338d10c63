/** Time is a need like any other: tests hand over a clock they can move. */
export interface Clock {
  now(): Date;
  /**
   * The time for statements that compare what several replicas wrote. Null: PostgreSQL takes its own, so that a replica whose
   * clock is wrong ends no session and keeps none alive.
   */
  forDatabase(): Date | null;
}

export const systemClock: Clock = { now: () => new Date(), forDatabase: () => null };

/** Now, in a statement that has `clock.forDatabase()` as the parameter `place`. */
export const nowIn = (place: string) => `coalesce(${place}::timestamptz, statement_timestamp())`;

/** The instant `ms` milliseconds after now. */
export function after(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms);
}

/** Whole seconds, rounded up, from now until `instant`; never below one. For `retryAfter`. */
export function secondsUntil(clock: Clock, instant: Date): number {
  return Math.max(1, Math.ceil((instant.getTime() - clock.now().getTime()) / 1000));
}

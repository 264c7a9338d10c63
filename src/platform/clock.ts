/** Time is a need like any other: tests hand over a clock they can move. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The instant `ms` milliseconds after now. */
export function after(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms);
}

/** Whole seconds, rounded up, from now until `instant`; never below one. For `retryAfter`. */
export function secondsUntil(clock: Clock, instant: Date): number {
  return Math.max(1, Math.ceil((instant.getTime() - clock.now().getTime()) / 1000));
}

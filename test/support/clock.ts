import type { Clock } from '../../src/platform/clock.js';

export interface FakeClock extends Clock {
  /** Moves on by so many milliseconds. */
  advance(ms: number): void;
}

/**
 * Runs like the real clock, from now, and can be moved on. It does not stand still, since rows that are ordered by
 * time must be orderable in a test too.
 */
export function fakeClock(): FakeClock {
  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  return {
    now,
    forDatabase: now,
    advance: (ms) => {
      offset += ms;
    },
  };
}

/** The clock of a process that is wrong by so many milliseconds. Its statements go by PostgreSQL's, as in production. */
export function wrongClock(ms: number): FakeClock {
  return { ...fakeClock(), now: () => new Date(Date.now() + ms), forDatabase: () => null };
}

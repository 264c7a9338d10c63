/** A user of an export, before its values are validated. */
export type ExportedFields = Record<string, unknown>;

/** A lock whose value cannot be read. The line is refused: without the lock the user could sign in. */
export class UnreadableLock extends Error {
  override name = 'UnreadableLock';

  constructor(readonly field: string) {
    super(`The lock ${field} cannot be read.`);
  }
}

/** Whether a field that locks a user when it is true, such as `disabled`, is set. Absent or null: not locked. */
export function isSet(user: ExportedFields, field: string): boolean {
  const value = user[field] ?? false;
  if (typeof value !== 'boolean') throw new UnreadableLock(field);
  return value;
}

/** Whether a field that locks a user when it is false, such as `enabled`, is unset. Absent: not locked. */
export function isUnset(user: ExportedFields, field: string): boolean {
  const { [field]: value = true } = user;
  if (typeof value !== 'boolean') throw new UnreadableLock(field);
  return !value;
}

/** As PostgreSQL writes a timestamptz in JSON or as text, in a year that a Date of JavaScript can hold. */
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)$/;
/** A year of five digits or more, or PostgreSQL's `infinity`. */
const FAR_FUTURE = /^(?:infinity$|\d{5,6}-)/;

/** Whether it is a time as PostgreSQL writes it, not a word such as infinity. */
export function isInstant(value: unknown): value is string {
  return typeof value === 'string' && INSTANT.test(value);
}

/** Whether a field with the time until which a user is locked lies in the future. */
export function isBefore(now: Date, user: ExportedFields, field: string): boolean {
  const value = user[field] ?? null;
  if (value === null) return false;
  if (typeof value === 'string' && FAR_FUTURE.test(value)) return true;
  const until = isInstant(value) ? Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')) : NaN;
  if (Number.isNaN(until)) throw new UnreadableLock(field);
  return until > now.getTime();
}

import { v7 } from 'uuid';

/** UUIDv7 (RFC 9562): ordered by time, so that new rows land at the end of an index. */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether PostgreSQL would take it as a uuid; anything else is an unknown id, not a database error. */
export function isId(value: string): boolean {
  return UUID.test(value);
}

import { isId } from './ids.js';

/** The PostgreSQL type of a listing's sort key. */
export type CursorKey = 'timestamptz' | 'text';

/** Opaque to clients: order, key and id of a row, base64url. `key` is the `to_jsonb` of the column. */
export function printCursor(order: string, key: string, id: string): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString('base64url');
}

/** Key and id; null for anything that `printCursor` did not make for this order, so that garbage never reaches the database. */
export function parseCursor(cursor: string, order: string, type: CursorKey): [key: string, id: string] | null {
  const parts = cursor.length <= 1024 ? readJson(Buffer.from(cursor, 'base64url').toString('utf8')) : null;
  if (!Array.isArray(parts) || parts.length !== 3) return null;
  const [name, key, id] = parts as unknown[];
  if (name !== order || typeof key !== 'string' || typeof id !== 'string' || !isId(id)) return null;
  return (type === 'text' ? !key.includes('\0') : isInstant(key)) ? [key, id] : null;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether PostgreSQL accepts it as an instant: an existing date, or infinity. */
function isInstant(text: string): boolean {
  if (text === '-infinity') return true;
  const [, seconds] =
    /^([1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-4]):[0-5]\d$/.exec(text) ?? [];
  if (!seconds) return false;
  const instant = new Date(`${seconds}Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(seconds);
}

import { Refusal } from '../errors.js';
import { beyond, REQUEST_LIMITS } from './request-limits.js';

/** What a request has left of its rows: a list in a list in a list multiplies. */
export interface RequestRows {
  left: number;
}

export function requestRows(): RequestRows {
  return { left: REQUEST_LIMITS.rows.allowed };
}

/** Takes so many. Refuses with BAD_USER_INPUT where there are not as many left; what was asked for counts all the same. */
export function drawRows(rows: RequestRows, count: number, field: string): void {
  rows.left -= count;
  if (rows.left < 0) refuseRows(rows, 0, field);
}

/** Refuses a request that asks for so many more rows than it has drawn. */
export function refuseRows({ left }: RequestRows, more: number, field: string): never {
  const asked = REQUEST_LIMITS.rows.allowed - left + more;
  throw new Refusal('BAD_USER_INPUT', { ...beyond('rows', asked), field });
}

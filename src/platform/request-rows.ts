import { Refusal } from '../errors.js';
import { beyond, REQUEST_LIMITS } from './request-limits.js';

/** The rows that a request may still ask for. Lists inside lists multiply. */
export interface RequestRows {
  left: number;
}

export function requestRows(): RequestRows {
  return { left: REQUEST_LIMITS.rows.allowed };
}

/** Draws rows from the request. Refuses with BAD_USER_INPUT if fewer are left; rows that are refused count too. */
export function drawRows(rows: RequestRows, count: number, field: string): void {
  rows.left -= count;
  if (rows.left < 0) refuseRows(rows, 0, field);
}

/** Refuses a request that asks for `more` rows beyond those it has drawn. */
export function refuseRows({ left }: RequestRows, more: number, field: string): never {
  const asked = REQUEST_LIMITS.rows.allowed - left + more;
  throw new Refusal('BAD_USER_INPUT', { ...beyond('rows', asked), field });
}

import { Refusal } from '../errors.js';
import { beyond, REQUEST_LIMITS } from './request-limits.js';

/** The rows that a request may still read. Nested lists multiply. */
export interface RequestRows {
  left: number;
}

export function requestRows(): RequestRows {
  return { left: REQUEST_LIMITS.rows.allowed };
}

/** Charges rows to the request. Refuses with BAD_USER_INPUT if fewer are left; refused rows count too. */
export function drawRows(rows: RequestRows, count: number, field: string): void {
  rows.left -= count;
  if (rows.left < 0) refuseRows(rows, 0, field);
}

/** Refuses a request for `more` rows beyond those charged already. */
export function refuseRows({ left }: RequestRows, more: number, field: string): never {
  const asked = REQUEST_LIMITS.rows.allowed - left + more;
  throw beyondIn(field, 'rows', asked);
}

/** The refusal of an argument that requests more than allowed. */
export function beyondIn(field: string, name: keyof typeof REQUEST_LIMITS, asked: number): Refusal {
  const { message, allowed, ...more } = beyond(name, asked);
  const problems = [{ field, code: 'OUT_OF_RANGE' as const, message, limit: allowed }];
  return new Refusal('BAD_USER_INPUT', { message, allowed, ...more, field, problems });
}

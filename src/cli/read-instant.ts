import { CommandError } from '../config/config.js';

/** The value of an option that is a time; null if it was not given. */
export function readInstant(option: string, text: string | undefined): Date | null {
  if (text === undefined) return null;
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime()))
    throw new CommandError(`${option} is a time such as 2026-11-29 or 2026-11-29T14:00:00Z.`);
  return at;
}

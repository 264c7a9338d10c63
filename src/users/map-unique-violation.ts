import { Refusal } from '../errors.js';
import { violatedUnique } from '../platform/database.js';

/**
 * Reports that an address or a username is taken: to administrators, who may know who has an account, and to users who have just read a
 * code in that mailbox. Others must not learn it.
 * @param at the input's field at fault, if it has another name than what is taken
 */
export async function mapUniqueViolation<Result>(change: () => Promise<Result>, at?: string): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    const constraint = violatedUnique(error);
    if (constraint?.includes('username')) throw new Refusal('USERNAME_TAKEN', { field: at ?? 'input.username' });
    if (constraint?.includes('email')) throw new Refusal('EMAIL_TAKEN', { field: at ?? 'input.email' });
    throw error;
  }
}

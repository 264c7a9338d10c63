import { Refusal } from '../errors.js';
import { violatedUnique } from '../platform/database.js';

/** An administrator may know who has an account: here a taken address is said to be taken. */
export async function refuseTaken<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    const constraint = violatedUnique(error);
    if (constraint?.includes('username')) throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
    if (constraint?.includes('email')) throw new Refusal('EMAIL_TAKEN', { field: 'input.email' });
    throw error;
  }
}

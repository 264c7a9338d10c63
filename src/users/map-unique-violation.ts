import { Refusal } from '../errors.js';
import { violatedUnique } from '../platform/database.js';

/**
 * Says that an address or a username is taken: to administrators, who may know who has an account, and to people who
 * have just read a code in that mailbox. Others must not learn it.
 * @param emailField the input field at fault, null if the address is in none
 */
export async function mapUniqueViolation<Result>(
  change: () => Promise<Result>,
  emailField: string | null = 'input.email',
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    const constraint = violatedUnique(error);
    if (constraint?.includes('username')) throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
    if (constraint?.includes('email')) throw new Refusal('EMAIL_TAKEN', { field: emailField ?? undefined });
    throw error;
  }
}

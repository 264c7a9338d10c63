import type { TestGateway } from './gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson } from './people.js';

/** Not the password of whom an address belongs to. */
export const OTHER_PASSWORD = 'nine quiet harbours under snow';

export const newName = () => `n${Math.random().toString(36).slice(2, 12)}`;

/** What a stranger does with an address, at this gateway unless another is named. */
export function strangerAt(gateway: () => TestGateway) {
  return {
    register: (input: Record<string, unknown>, at = gateway()) =>
      at.gql(REGISTER, { input: { password: OTHER_PASSWORD, ...input } }),
    login: (identifier: string, password = OTHER_PASSWORD, at = gateway()) =>
      at.gql(LOGIN, { input: { identifier, password } }),
    pendingOf: (email: string, at = gateway()) =>
      at.database.sql<{ id: string; username: string | null }>(
        'select id, username from pending_registrations where email = $1',
        [email],
      ),
    /** An address that is somebody's, and one that is nobody's: what is done with one is done with the other. */
    both: async () => ({ known: (await registeredPerson(gateway())).email, unknown: newEmail() }),
  };
}

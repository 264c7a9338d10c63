import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../errors.js';
import type { Check } from '../platform/form.js';
import { findUserByUsername } from './find-user.js';
import { User } from './user.entity.js';

/**
 * Checks that no other account has the username. If two take it at once the unique index decides; this is for forms, which report all
 * problems together.
 */
export function usernameIsFree(
  { em }: { em: EntityManager },
  { username }: { username?: string | null },
  userId?: string,
): Check {
  const field = 'input.username';
  return {
    field,
    async assert() {
      const owner = username ? await findUserByUsername(em, username) : null;
      if (owner && owner.id !== userId?.toLowerCase()) throw new Refusal('USERNAME_TAKEN', { field });
    },
  };
}

/** The same for an e-mail address. For administrators alone: others must not learn who has an account. */
export function emailIsFree(
  { em }: { em: EntityManager },
  { email }: { email?: string | null },
  userId?: string,
): Check {
  const field = 'input.email';
  return {
    field,
    async assert() {
      const owner = email ? await em.findOne(User, { email }) : null;
      if (owner && owner.id !== userId?.toLowerCase()) throw new Refusal('EMAIL_TAKEN', { field });
    },
  };
}

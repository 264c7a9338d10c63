import { changedFields } from '../audit/details.js';
import { record } from '../audit/record.js';
import type { Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { violatedUnique } from '../platform/database.js';
import { validateForm, readable } from '../platform/form.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { refusalWhileImpersonating, requireUserOrImpersonator } from '../require-user.js';
import type { UpdateProfileInput } from './account.input.js';
import { usernameIsFree } from '../users/taken.js';
import { User } from '../users/user.entity.js';

/** Changes the signed-in user's profile. An absent field stays as it is; null clears it. */
export async function updateProfile(
  ctx: Needs<Transaction | 'actor' | 'limits'>,
  input: UpdateProfileInput,
): Promise<User> {
  const person = await requireUserOrImpersonator(ctx);
  const { userId, sessionId, impersonatorId } = person;
  // The username is something to sign in with.
  const refusal = input.username === undefined ? null : refusalWhileImpersonating(person);
  if (refusal) throw refusal;
  await ctx.limits.consume('updateProfile.account', userId);
  await validateForm(input, [usernameIsFree(ctx, readable(input), userId)]);
  const wanted = { username: input.username, displayName: input.displayName, locale: input.locale };
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  try {
    return await ctx.em.fork().transactional(async (tx) => {
      await assertStillSignedIn(ctx, tx, person);
      const user = await tx.findOneOrFail(User, userId);
      if (given.length === 0) return user;
      const { username, displayName, locale } = user;
      tx.assign(user, { ...Object.fromEntries(given), updatedAt: ctx.clock.now() });
      const details = { fields: changedFields({ username, displayName, locale }, user) };
      const event = { actorId: userId, subjectId: userId, sessionId, impersonatorId };
      record(ctx, tx, { action: 'updateProfile', ...event, details });
      return user;
    });
  } catch (error) {
    if (violatedUnique(error) !== null) throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
    throw error;
  }
}

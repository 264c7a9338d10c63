import type { EntityManager } from '@mikro-orm/postgresql';
import { changedFields } from '../audit/details.js';
import { record } from '../audit/record.js';
import { invalidateAll } from '../challenges/consume-challenge.js';
import type { Administering, Mailing, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { emailChangedByAdmin } from './email-changed-by-admin.mail.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import { EmailChange } from '../account/email-change.entity.js';
import { validateForm, readable } from '../platform/form.js';
import { bumpRightsVersion } from '../users/bump-rights-version.js';
import type { User } from '../users/user.entity.js';
import type { UpdateUserInput } from './admin.input.js';
import { administerUser } from './administer-user.js';
import { mapUniqueViolation } from '../users/map-unique-violation.js';
import { emailIsFree, usernameIsFree } from '../users/taken.js';

/**
 * Changes the profile and the address of an account. Another address voids the codes on their way to the old one, and the tokens that call
 * the address verified.
 */
export async function updateUser(
  ctx: Needs<Administering | Mailing | 'revocations'>,
  input: UpdateUserInput,
): Promise<User> {
  const given = readable(input);
  await validateForm(input, [emailIsFree(ctx, given, input.userId), usernameIsFree(ctx, given, input.userId)]);
  // With a new address, or one falsely marked as verified, an account could be taken over: a stolen access token is not enough for that.
  const recent = input.email != null || input.emailVerified != null;
  const administration = { permission: 'users:write', userId: input.userId, recent };
  const { user, version } = await mapUniqueViolation(() =>
    administerUser(ctx, administration, async (tx, actor, user) => {
      // A stolen token must not become the whole account: changing one's own address takes the password or a recent authentication.
      if (user.id === actor.id && input.email) {
        const message = 'Change your own address with requestEmailChange.';
        throw new Refusal('REAUTHENTICATION_REQUIRED', { message, field: 'input.email' });
      }
      const before = stateOf(user);
      if (input.email && input.email !== user.email) await changeEmail(ctx, tx, user, input.email);
      if (typeof input.emailVerified === 'boolean')
        user.emailVerifiedAt = input.emailVerified ? (user.emailVerifiedAt ?? ctx.clock.now()) : null;
      for (const field of ['username', 'displayName', 'locale'] as const) {
        const value = input[field];
        if (value !== undefined) user[field] = value;
      }
      user.updatedAt = ctx.clock.now();
      const fields = changedFields(before, stateOf(user));
      record(ctx, tx, {
        action: 'updateUser',
        actorId: actor.id,
        subjectId: user.id,
        sessionId: actor.sessionId,
        details: { fields },
      });
      await tx.flush();
      const stale = fields.includes('emailVerified');
      return { user, version: stale ? await bumpRightsVersion(ctx, tx, user.id) : null };
    }),
  );
  if (version !== null) await ctx.revocations.denyUser(user.id, version);
  return user;
}

/** What can be changed here, by the names of the input. */
function stateOf({ email, emailVerifiedAt, username, displayName, locale }: User) {
  return { email, emailVerified: emailVerifiedAt !== null, username, displayName, locale };
}

/** The old address gets a mail, which cannot undo the change: it may be the one that an attacker took over. */
async function changeEmail(
  ctx: Needs<Mailing | 'request'>,
  tx: EntityManager,
  user: User,
  email: string,
): Promise<void> {
  const { displayName: name, locale, email: to } = user;
  const params = { name, device: null, at: ctx.clock.now().toISOString() };
  if (user.emailVerifiedAt)
    await enqueueMail({ ...ctx, em: tx }, { mail: emailChangedByAdmin, to, locale, app: ctx.request.app, params });
  await invalidateAll(ctx, tx, user.id);
  // Nor can the link sent to an earlier address undo the administrator's change.
  await tx.nativeUpdate(EmailChange, { user: user.id, undoneAt: null }, { undoneAt: ctx.clock.now() });
  user.email = email;
  user.emailVerifiedAt = null;
}

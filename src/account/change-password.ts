import { record } from '../audit/record.js';
import type { Mailing, Needs, Reauthenticating, Transaction } from '../context.js';
import { requireUser } from '../require-user.js';
import { requireSignInMethod } from '../sign-in/sign-in-methods.js';
import { User } from '../users/user.entity.js';
import type { ChangePasswordInput } from './change-password.input.js';
import { passwordIsStrong } from '../passwords/policy.js';
import { reauthenticate, assertStillReauthenticated } from '../passwords/reauthenticate.js';
import { replacePassword } from './replace-password.js';

/** Changes the password of the signed-in user, or sets their first one; their other sessions end, this one goes on. */
export async function changePassword(
  ctx: Needs<Transaction | Mailing | Reauthenticating | 'policy' | 'revocations'>,
  { currentPassword, newPassword }: ChangePasswordInput,
): Promise<User> {
  const { userId, sessionId } = await requireUser(ctx);
  requireSignInMethod(ctx, 'password');
  await ctx.limits.consume('changePassword.account', userId);
  const proof = await reauthenticate(ctx, { password: currentPassword, field: 'input.currentPassword' });
  const person = await ctx.em.findOneOrFail(User, userId);
  await passwordIsStrong(ctx, 'input.newPassword', newPassword, person).assert();
  const hash = await ctx.passwords.hash(newPassword);
  const { user, ended } = await ctx.em.fork().transactional(async (tx) => {
    const user = await assertStillReauthenticated(ctx, tx, proof);
    const ended = await replacePassword(ctx, tx, { user, hash, keepSession: sessionId });
    const details = { endedSessions: ended.length };
    record(ctx, tx, { action: 'changePassword', actorId: userId, subjectId: userId, sessionId, details });
    return { user, ended };
  });
  await ctx.revocations.denySessions(userId, ended);
  return user;
}

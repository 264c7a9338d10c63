import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { removeFactors } from '../methods/remove-factors.js';
import { Password } from '../passwords/password.entity.js';
import { after, databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { sha256 } from '../platform/crypto.js';
import type { LoggedOut } from '../sessions/logged-out.js';
import type { UndoEmailChangeInput } from './account.input.js';
import { emailChangeUndone } from './email-change-undone.mail.js';
import { EmailChange } from './email-change.entity.js';
import { notify } from '../notices/notify.js';
import { releaseUnverified } from './release-unverified.js';
import { shutOut } from './shut-out.js';
import { User } from '../users/user.entity.js';

/**
 * Called by the page that the mail to the old address links to: the account gets that address back. The attacker had a session and the
 * password, so every session ends, the password is removed, and a code for a new one is mailed.
 */
export async function undoEmailChange(
  ctx: Needs<Transaction | CodeMailing | 'limits' | 'methods' | 'revocations'>,
  { changeToken }: UndoEmailChangeInput,
): Promise<LoggedOut> {
  await ctx.limits.consume('resetPassword.address', ctx.request.ipAddress);
  const { ended, endedSessions, taken } = await ctx.em.fork().transactional(async (tx) => {
    const now = await databaseNow(ctx, sqlIn(tx));
    const open = { undoTokenHash: sha256(changeToken), undoneAt: null, undoUntil: { $gt: now } };
    const change = await tx.findOne(EmailChange, open);
    const user = change && (await tx.findOne(User, change.user.id, { lockMode: LockMode.PESSIMISTIC_WRITE }));
    if (!user) throw new Refusal('CHALLENGE_EXPIRED', { subject: change?.user.id });
    // Voids this change and all later ones, whose links went to addresses that the attacker chose.
    const undone = await tx.nativeUpdate(
      EmailChange,
      { user: user.id, undoneAt: null, changedAt: { $gte: change.changedAt } },
      { undoneAt: now },
    );
    if (undone === 0) throw new Refusal('CHALLENGE_EXPIRED', { subject: user.id });
    const other = await releaseUnverified(ctx, tx, { email: change.oldEmail, for: user });
    // Another account may have the address by now. The attacker is signed out of this one all the same.
    const taken = (await tx.count(User, { email: change.oldEmail, id: { $ne: user.id } })) > 0;
    const { ended: sessions, endedSessions } = await revokeAllAccess(ctx, tx, user, change);
    if (!taken) await restoreEmail(ctx, tx, user, change);
    const details = { endedSessions, restored: !taken };
    record(ctx, tx, { action: 'undoEmailChange', actorId: user.id, subjectId: user.id, details });
    const own = { userId: user.id, sessions };
    return { ended: [own, ...(other ? [other] : [])], endedSessions, taken };
  });
  for (const { userId, sessions } of ended) await ctx.revocations.denySessions(userId, sessions);
  if (taken) throw new Refusal('EMAIL_TAKEN', { field: 'input.changeToken' });
  return { endedSessions };
}

/** Every session ends, every code dies, and the password, recent factors, recent API keys and recently linked identities are gone. */
async function revokeAllAccess(
  ctx: Needs<'clock' | 'config' | 'methods'>,
  tx: EntityManager,
  user: User,
  { changedAt, oldEmailVerifiedAt }: EmailChange,
) {
  // What the attacker may have enrolled or linked in the days before, in order to return. An older factor stays: without it, the mailbox
  // alone would be enough from now on.
  const since = after(changedAt, -ctx.config.emailUndoLifetime);
  await removeFactors(ctx, tx, user.id, since);
  await tx.nativeDelete(Password, { user: user.id });
  // A stranger may have opened the account long before with an address that never was verified (pre-hijacking).
  return shutOut(ctx, tx, user.id, oldEmailVerifiedAt ? since : undefined);
}

async function restoreEmail(
  ctx: Needs<CodeMailing | 'request'>,
  tx: EntityManager,
  user: User,
  { oldEmail, oldEmailVerifiedAt }: EmailChange,
): Promise<void> {
  // Sent before the address is restored, so to the one that is being removed.
  await notify(ctx, tx, user, emailChangeUndone);
  // The link does not verify an address that never was: a stranger's factor may be left. A sign-in code or a reset asks for it first.
  tx.assign(user, { email: oldEmail, emailVerifiedAt: oldEmailVerifiedAt, updatedAt: ctx.clock.now() });
  await tx.flush();
  // Where no user signs in by password, the owner asks for a sign-in code.
  if (user.suspendedAt || !ctx.config.signInMethods.includes('password')) return;
  const asked = { purpose: ChallengePurpose.RESET_PASSWORD, email: oldEmail, locale: user.locale, user, byOwner: true };
  await mailCode(ctx, tx, await issueChallenge(ctx, tx, asked));
}

import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { answerUserChallenge } from '../methods/answer-challenge.js';
import { consume, invalidateAll } from '../challenges/consume-challenge.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { CodeChecking, Mailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { randomToken, sha256 } from '../platform/crypto.js';
import { after, databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { mailLink } from '../platform/mail/links.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { requireUser } from '../require-user.js';
import type { ConfirmEmailChangeInput } from './account.input.js';
import { emailChanged } from './email-changed.mail.js';
import { EmailChange } from './email-change.entity.js';
import { notify } from '../notices/notify.js';
import { mapUniqueViolation } from '../users/map-unique-violation.js';
import { releaseUnverified } from './release-unverified.js';
import { User } from '../users/user.entity.js';

/** The code sent to the new address makes it the account's address; the old address gets a link that undoes the change. */
export async function confirmEmailChange(
  ctx: Needs<Transaction | CodeChecking | Mailing | 'actor' | 'revocations'>,
  { challengeToken, code }: ConfirmEmailChangeInput,
): Promise<User> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('confirmEmailChange.account', userId);
  const answered = await answerUserChallenge(ctx, {
    challengeToken,
    answer: { code },
    purposes: [ChallengePurpose.CHANGE_EMAIL],
  });
  // Two users with a code each, or a stolen mail: the session and the challenge must belong to the same user.
  if (answered.userId !== userId)
    throw new Refusal('INVALID_CODE', { detail: "another person's challenge", subject: answered.userId });
  const released: { userId: string; sessions: string[] }[] = [];
  // Checked only here: at the request, the answer would reveal to anyone which addresses have an account.
  const user = await mapUniqueViolation(
    () =>
      ctx.em.fork().transactional(async (tx) => {
        await assertStillSignedIn(ctx, tx, person);
        const user = await tx.findOneOrFail(User, userId);
        await consume(ctx, tx, answered);
        // Voids codes on their way to the old address.
        await invalidateAll(ctx, tx, userId);
        const other = await releaseUnverified(ctx, tx, { email: answered.email, for: user });
        if (other) released.push(other);
        await notifyOldAddress(ctx, tx, user, answered.email);
        const now = ctx.clock.now();
        tx.assign(user, { email: answered.email, emailVerifiedAt: now, updatedAt: now });
        record(ctx, tx, { action: 'confirmEmailChange', actorId: userId, subjectId: userId, sessionId });
        await tx.flush();
        return user;
      }),
    // The challenge names the address.
    'input.challengeToken',
  );
  for (const other of released) await ctx.revocations.denySessions(other.userId, other.sessions);
  return user;
}

async function notifyOldAddress(
  ctx: Needs<Mailing | 'config' | 'request'>,
  tx: EntityManager,
  user: User,
  newEmail: string,
): Promise<void> {
  const { config } = ctx;
  const token = randomToken(32);
  const { email: oldEmail, emailVerifiedAt: oldEmailVerifiedAt, locale } = user;
  const now = await databaseNow(ctx, sqlIn(tx));
  const undoUntil = after(now, config.emailUndoLifetime);
  const old = { oldEmail, oldEmailVerifiedAt };
  tx.create(EmailChange, { user, ...old, newEmail, undoTokenHash: sha256(token), undoUntil, changedAt: now });
  const { app } = ctx.request;
  const link = mailLink(config, { kind: 'undo', app, locale, answer: { change: token } });
  const days = Math.max(1, Math.floor(config.emailUndoLifetime / 86_400_000));
  await notify(ctx, tx, user, emailChanged, { link, days });
}

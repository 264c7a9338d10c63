import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { consume } from '../challenges/consume-challenge.js';
import type { Needs, SigningIn } from '../context.js';
import { badInput, Refusal } from '../errors.js';
import type { Answered } from '../methods/answer-challenge.js';
import type { Factor } from '../methods/factor.js';
import { factorsOf } from '../methods/factors-loader.js';
import { replaceRecoveryCodes } from '../methods/recovery-codes/replace-recovery-codes.js';
import { notify } from '../notices/notify.js';
import { requireUser } from '../require-user.js';
import { addEnrolledFactor } from '../sessions/authenticate-again.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import { completeSignIn } from '../sign-in/complete-sign-in.js';
import { User } from '../users/user.entity.js';
import { factorAdded } from './factor-added.mail.js';
import { FactorAdded } from './factor-added.js';

export interface CompletedEnrollment {
  action: 'confirmTotp' | 'registerPasskey';
  /** The answer to the enrolment's challenge. */
  answered: Answered;
  tokenDelivery?: TokenDelivery | null | undefined;
  /** Creates the new factor, whose user is locked. It is persisted here. */
  create(tx: EntityManager, user: User): Factor | Promise<Factor>;
}

export type Completing = SigningIn | 'actor';

/** Stores the factor, in one transaction with everything that follows: recovery codes, the mail, and the session of a sign-in. */
export function completeEnrollment(ctx: Needs<Completing>, enrollment: CompletedEnrollment): Promise<FactorAdded> {
  const { sessionId } = enrollment.answered;
  return sessionId ? completeInSession(ctx, enrollment, sessionId) : completeInSignIn(ctx, enrollment);
}

async function completeInSession(
  ctx: Needs<Completing>,
  enrollment: CompletedEnrollment,
  sessionId: string,
): Promise<FactorAdded> {
  const { answered } = enrollment;
  const person = await requireUser(ctx);
  // Otherwise an attacker could make the owner confirm the attacker's authenticator, or the other way round.
  if (person.sessionId !== sessionId)
    throw new Refusal('CHALLENGE_EXPIRED', { detail: 'begun in another session', subject: person.userId });
  return ctx.em.fork().transactional(async (tx) => {
    const { user } = await assertStillSignedIn(ctx, tx, person);
    const added = await store(ctx, tx, await tx.findOneOrFail(User, user.id), enrollment);
    for (const verified of answered.proved) await addEnrolledFactor(ctx, tx, sessionId, verified);
    return added;
  });
}

async function completeInSignIn(ctx: Needs<Completing>, enrollment: CompletedEnrollment): Promise<FactorAdded> {
  const { action, answered, tokenDelivery } = enrollment;
  let added!: FactorAdded;
  const outcome = await completeSignIn(ctx, {
    action,
    userId: answered.userId,
    proved: answered.proved,
    tokenDelivery: tokenDelivery ?? TokenDelivery.BODY,
    attemptId: answered.attemptId,
    // The mail about the factor names the device already.
    suppressNotice: true,
    inTransaction: async (tx, user) => {
      added = await store(ctx, tx, user, enrollment);
    },
  });
  return Object.assign(added, { signedIn: outcome instanceof SignedIn ? outcome : null });
}

async function store(
  ctx: Needs<Completing>,
  tx: EntityManager,
  user: User,
  { action, answered, create }: CompletedEnrollment,
): Promise<FactorAdded> {
  await consume(ctx, tx, answered);
  const held = await factorsOf(ctx, tx, user.id);
  const factor = await create(tx, user);
  const kind = ctx.methods.factors.find(({ entity }) => factor instanceof entity);
  const most = kind?.most ?? 0;
  if (held.filter((one) => one.constructor === factor.constructor).length >= most)
    throw badInput({
      field: 'input',
      code: 'NOT_ALLOWED',
      message: `A user has at most ${most} of these. Remove one first.`,
      limit: most,
    });
  tx.persist(factor);
  const first = held.length === 0;
  const recoveryCodes = first ? await replaceRecoveryCodes(ctx, tx, user) : null;
  await notify(ctx, tx, user, factorAdded, { factor: factor.name });
  const details = { first };
  record(ctx, tx, { action, actorId: user.id, subjectId: user.id, sessionId: answered.sessionId, details });
  await tx.flush();
  return Object.assign(new FactorAdded(), { factor, recoveryCodes, signedIn: null });
}

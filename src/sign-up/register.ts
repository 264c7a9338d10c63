import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { Context, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { Password } from '../passwords/password.entity.js';
import { checkPassword } from '../passwords/policy.js';
import { violatedUnique } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import { grantRole } from '../roles/grant-role.js';
import { isPrivileged } from '../roles/is-privileged.js';
import { USER } from '../roles/permissions.js';
import { findUserByUsername } from '../users/find-user.js';
import { User } from '../users/user.entity.js';
import type { RegisterInput } from './sign-up.input.js';

/**
 * Opens an account. The answer has the same shape, and takes the same time, whether or not the address was known:
 * the same hash, the same kinds of rows, one mail. Only the mailbox's owner learns the difference.
 */
export async function register(ctx: Context, input: RegisterInput): Promise<ChallengeRequired> {
  const { config, limits, request, passwords } = ctx;
  await limits.consume('register.address', request.ipAddress);
  if (config.registration === 'closed') throw new Refusal('REGISTRATION_CLOSED');
  await checkPassword(ctx, input.password, input);
  if (input.username && (await holdsAnother(ctx.em, input.username, input.email)))
    throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
  await limits.consume('register.account', input.email);
  // Known or not, the address gets one mail, and at most so many.
  await limits.consume('mail.recipient', input.email);
  const hash = await passwords.hash(input.password);
  try {
    return await openAccount(ctx, input, hash);
  } catch (error) {
    const constraint = violatedUnique(error);
    if (constraint?.includes('username')) throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
    // Somebody registered the same address in the meantime: now it is known.
    if (constraint?.includes('email')) return openAccount(ctx, input, hash);
    throw error;
  }
}

function openAccount(ctx: Context, input: RegisterInput, hash: string): Promise<ChallengeRequired> {
  return ctx.em.fork().transactional(async (tx) => {
    // Locked: of two claims at once, the later one replaces password and code of the earlier, never one of them only.
    const known = await tx.findOne(User, { email: input.email }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    // Not so where more than everybody's rights wait for the owner, who might confirm a password that a stranger chose.
    const privileged = await isPrivileged(tx, known?.id ?? newId());
    const owner = known && (!mayBeReplaced(known) || privileged) ? known : null;
    const user = owner ? await pretend(ctx, tx, hash) : await claim(ctx, tx, known, input, hash);
    const locale = known?.locale ?? input.locale ?? null;
    const issued = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.VERIFY_EMAIL,
      email: input.email,
      locale,
      user,
      // Somebody wanted it before: whoever reads the mail may not be who chose this password. The code alone is safe.
      linked: !known,
    });
    if (owner)
      await enqueueMail({ ...ctx, em: tx }, { template: 'already-registered', to: owner.email, locale, params: {} });
    else await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'register', actorId: user?.id ?? null, subjectId: (owner ?? user)?.id ?? null });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}

/** Whoever lost the mail and registers again keeps the username of the first attempt. */
async function holdsAnother(em: EntityManager, username: string, email: string): Promise<boolean> {
  const holder = await findUserByUsername(em, username);
  return holder !== null && !(holder.email === email && mayBeReplaced(holder));
}

/** Nobody but a registration made it, nobody has proved the address nor ever signed in: whoever registered first has no claim on it. */
function mayBeReplaced(user: User): boolean {
  return user.selfRegistered && !user.emailVerifiedAt && !user.lastLoginAt && !user.suspendedAt;
}

/** Writes an account and takes it back: the missing rows would tell by three milliseconds that the address is somebody's. */
async function pretend(ctx: Needs<'clock'>, tx: EntityManager, hash: string): Promise<null> {
  const back = new Error('taken back');
  const taken = tx.transactional(async (inner) => {
    await claim(ctx, inner, null, { email: `${newId()}@localhost`, password: '' }, hash);
    throw back;
  });
  await taken.catch((error: unknown) => {
    if (error !== back) throw error;
  });
  return null;
}

/** The account as the newest registration wants it: a password planted earlier by someone else is gone. */
async function claim(
  ctx: Needs<'clock'>,
  tx: EntityManager,
  known: User | null,
  input: RegisterInput,
  hash: string,
): Promise<User> {
  const now = ctx.clock.now();
  const wanted = {
    username: input.username ?? null,
    displayName: input.displayName ?? null,
    locale: input.locale ?? null,
    updatedAt: now,
  };
  if (known) {
    tx.assign(known, wanted);
    await tx.upsert(Password, { user: known.id, hash, changedAt: now });
    return known;
  }
  const user = tx.create(User, { email: input.email, ...wanted, selfRegistered: true, createdAt: now });
  tx.create(Password, { user, hash, changedAt: now });
  grantRole(ctx, tx, user, USER);
  await tx.flush();
  return user;
}

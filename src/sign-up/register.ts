import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { Password } from '../passwords/password.entity.js';
import { checkPassword } from '../passwords/policy.js';
import { violatedUnique } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { grantRole } from '../roles/grant-role.js';
import { isPrivileged } from '../roles/is-privileged.js';
import { USER } from '../roles/permissions.js';
import { findAccount } from '../sign-in/account.js';
import { findUserByUsername } from '../users/find-user.js';
import { User } from '../users/user.entity.js';
import type { RegisterInput } from './sign-up.input.js';

/**
 * Opens an account or, if the address has an owner, a decoy. The answer has the same shape and takes the same time, and later
 * answers do not differ either. Only the mail does: the mailbox's owner alone learns the difference (docs/decisions/13-decoys.md).
 */
export async function register(
  ctx: Needs<Transaction | CodeMailing | 'sql' | 'limits' | 'passwords' | 'policy'>,
  input: RegisterInput,
): Promise<ChallengeRequired> {
  const { config, limits, request, passwords } = ctx;
  await limits.consume('register.address', request.ipAddress);
  if (config.registration === 'closed') throw new Refusal('REGISTRATION_CLOSED');
  await checkPassword(ctx, input.password, input);
  if (input.username && (await holdsAnother(ctx.em, input.username, input.email)))
    throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
  await limits.consume('register.account', input.email);
  // One mail for each registration, whether or not the address is known.
  await limits.consume('mail.recipient', input.email);
  const { account } = await findAccount(ctx, input.email);
  // A decoy's hash has the salt of its owner's hash, so that login compares a password with both by one computation.
  const hash = await passwords.hash(input.password, account?.password?.hash);
  for (let again = true; ; again = false) {
    try {
      return await openAccount(ctx, input, hash);
    } catch (error) {
      const constraint = violatedUnique(error);
      if (constraint?.includes('username')) throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
      // Another person has been given the address, or has verified it, in the meantime: now it is known.
      if (!again || !constraint?.includes('email')) throw error;
    }
  }
}

function openAccount(
  ctx: Needs<Transaction | CodeMailing>,
  input: RegisterInput,
  hash: string,
): Promise<ChallengeRequired> {
  return ctx.em.fork().transactional(async (tx) => {
    // Of two claims at once the later one replaces both password and code of the earlier one. The lock is on the address and not on
    // a user's row, which may not exist: a claim that waited for a row and began again would take longer, and tell that there is one.
    await tx.execute(ONE_AFTER_THE_OTHER, [input.email]);
    const known = await tx.findOne(User, { email: input.email }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    // An account that an administrator gave rights is not replaced: its owner might confirm a password that a stranger chose.
    const privileged = await isPrivileged(tx, known?.id ?? newId());
    const owner = known && (!mayBeReplaced(known) || privileged) ? known : null;
    const decoy = await tx.findOne(User, { email: input.email, decoy: true }, { filters: { notDeleted: false } });
    // Left over from when the address had an owner.
    if (decoy && !owner) await tx.nativeDelete(User, { id: decoy.id }, { filters: { notDeleted: false } });
    const user = await claim(ctx, tx, { earlier: owner ? decoy : known, asDecoy: owner !== null, input, hash });
    const locale = known?.locale ?? input.locale ?? null;
    const issued = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.VERIFY_EMAIL,
      email: input.email,
      locale,
      user,
      // There was an earlier claim: the reader of the mail may not be the one who chose this password. The code alone is safe.
      linked: !known,
    });
    await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'register', actorId: owner ? null : user.id, subjectId: (owner ?? user).id });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}

const ONE_AFTER_THE_OTHER = `select pg_advisory_xact_lock(hashtextextended('register ' || ?, 0))`;

/** A person who lost the mail and registers again keeps the username of the first attempt. */
async function holdsAnother(em: EntityManager, username: string, email: string): Promise<boolean> {
  const holder = await findUserByUsername(em, username);
  return holder !== null && !(holder.email === email && (holder.decoy || mayBeReplaced(holder)));
}

/** Made by a registration, never verified, never signed in to: the first to register has no claim on the address. */
function mayBeReplaced(user: User): boolean {
  return user.selfRegistered && !user.emailVerifiedAt && !user.lastLoginAt && !user.suspendedAt;
}

interface Claim {
  /** The account, or the decoy, of an earlier registration. */
  earlier: User | null;
  asDecoy: boolean;
  input: RegisterInput;
  hash: string;
}

/** The account as the newest registration wants it: a password planted earlier by someone else is gone. */
async function claim(
  ctx: Needs<'clock'>,
  tx: EntityManager,
  { earlier, asDecoy: decoy, input, hash }: Claim,
): Promise<User> {
  const now = ctx.clock.now();
  const wanted = {
    username: input.username ?? null,
    displayName: input.displayName ?? null,
    locale: input.locale ?? null,
    updatedAt: now,
  };
  if (earlier) {
    tx.assign(earlier, wanted);
    await tx.upsert(Password, { user: earlier.id, hash, changedAt: now });
    return earlier;
  }
  const born = { selfRegistered: true, createdAt: now, decoy, deletedAt: decoy ? now : null };
  const user = tx.create(User, { email: input.email, ...wanted, ...born });
  tx.create(Password, { user, hash, changedAt: now });
  grantRole(ctx, tx, user, USER);
  await tx.flush();
  return user;
}

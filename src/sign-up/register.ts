import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { registerFacts } from '../hooks/hook-facts.js';
import { passwordIsStrong } from '../passwords/policy.js';
import { violatedUnique } from '../platform/database.js';
import { validateForm, readable } from '../platform/form.js';
import { lockAddress } from '../registrations/lock-address.js';
import { PendingRegistration } from '../registrations/pending-registration.entity.js';
import { findAccount } from '../sign-in/account.js';
import { requireSignInMethod } from '../sign-in/sign-in-methods.js';
import { usernameIsFree } from '../users/taken.js';
import { User } from '../users/user.entity.js';
import { createAccount } from './open-account.js';
import type { RegisterInput } from './sign-up.input.js';

/**
 * Stores the data of a future account until its address is verified. Everything is the same if the address has an owner: the rows, the
 * time, and the later answers of login. Only the mail differs, and only the mailbox's owner reads it
 * (docs/decisions/16-pending-registrations.md).
 */
export async function register(
  ctx: Needs<Transaction | CodeMailing | 'sql' | 'limits' | 'methods' | 'passwords' | 'policy' | 'hooks'>,
  input: RegisterInput,
): Promise<ChallengeRequired> {
  const { config, limits, request, passwords } = ctx;
  requireSignInMethod(ctx, 'password');
  await limits.consume('register.address', request.ipAddress);
  if (config.registration === 'closed') throw new Refusal('REGISTRATION_CLOSED');
  const given = readable(input);
  await validateForm(input, [
    passwordIsStrong(ctx, 'input.password', given.password ?? '', given),
    usernameIsFree(ctx, given),
  ]);
  await limits.consume('register.account', input.email);
  // One mail for each registration, whether or not the address is known.
  await limits.consume('mail.recipient', input.email);
  // Before the address is looked up: the hook is asked the same, whether or not the address has an owner.
  await ctx.hooks?.beforeRegister(registerFacts(ctx, input));
  const { account } = await findAccount(ctx, input.email);
  // With the salt of the owner's hash, login compares a password with both hashes in one computation.
  const hash = await passwords.hash(input.password, account?.password?.hash);
  for (let again = true; ; again = false) {
    try {
      return await keepRegistration(ctx, input, hash);
    } catch (error) {
      const constraint = violatedUnique(error);
      if (constraint?.includes('username')) throw new Refusal('USERNAME_TAKEN', { field: 'input.username' });
      // If accounts are opened at once, another one may have got the address meanwhile: then it is known now, and the second pass finds it.
      if (!again || !constraint?.includes('email')) throw error;
    }
  }
}

function keepRegistration(
  ctx: Needs<Transaction | CodeMailing>,
  input: RegisterInput,
  hash: string,
): Promise<ChallengeRequired> {
  return ctx.em.fork().transactional(async (tx) => {
    // Of two concurrent registrations, the later one replaces both password and code of the earlier one.
    await lockAddress(tx, input.email);
    const owner = await tx.findOne(User, { email: input.email });
    const atOnce = ctx.config.emailVerification === 'optional' && !owner;
    const { earlier, ...to } = await (atOnce ? openAtOnce : keepPending)(ctx, tx, input, hash);
    const issued = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.VERIFY_EMAIL,
      email: input.email,
      locale: input.locale ?? null,
      ...to,
      // After an earlier registration, the reader of the mail may not be the one who chose this password: only the code is safe.
      linked: !earlier,
    });
    await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'register', actorId: to.user?.id ?? null, subjectId: (owner ?? to.user)?.id ?? null });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}

/** What the challenge of a registration belongs to. */
interface Kept {
  user: User | null;
  registration: PendingRegistration | null;
  /** The address was registered before. */
  earlier: boolean;
}

/** The newest registration replaces an earlier one: a password that someone else planted is gone. */
async function keepPending(ctx: Needs<'clock'>, tx: EntityManager, input: RegisterInput, hash: string): Promise<Kept> {
  const { email, username = null, displayName = null, locale = null } = input;
  const now = ctx.clock.now();
  const wanted = { username, displayName, locale, passwordHash: hash, updatedAt: now };
  const earlier = await tx.findOne(PendingRegistration, { email });
  const registration = earlier ?? tx.create(PendingRegistration, { email, ...wanted, createdAt: now });
  tx.assign(registration, wanted);
  await tx.flush();
  return { user: null, registration, earlier: earlier !== null };
}

/** For EMAIL_VERIFICATION=optional. */
async function openAtOnce(
  ctx: Needs<'clock' | 'jobs'>,
  tx: EntityManager,
  input: RegisterInput,
  hash: string,
): Promise<Kept> {
  const { email, username = null, displayName = null, locale = null } = input;
  // A registration from when verification was required.
  const earlier = await tx.nativeDelete(PendingRegistration, { email });
  const profile = { email, username, displayName, locale, pictureUrl: null, emailVerifiedAt: null };
  const user = await createAccount(ctx, tx, { ...profile, passwordHash: hash });
  return { user, registration: null, earlier: earlier > 0 };
}

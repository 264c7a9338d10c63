import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { after, millisecondsIn } from '../platform/clock.js';
import { randomToken, sha256 } from '../platform/crypto.js';
import { newId } from '../platform/ids.js';
import type { PendingRegistration } from '../registrations/pending-registration.entity.js';
import type { User } from '../users/user.entity.js';
import { Challenge, ChallengeMethod, type ChallengePurpose } from './challenge.entity.js';
import { hashCode, newCode } from './one-time-code.js';

export const ATTEMPTS = 5;

export interface IssuedChallenge {
  challenge: Challenge;
  /** What the client refers to it by; only its hash is stored. */
  token: string;
  code: string;
}

interface ChallengeRequest {
  purpose: ChallengePurpose;
  email: string;
  locale: string | null;
  /** Null for an unknown address, or if its owner must not sign in with it. Without a registration such a challenge cannot be answered. */
  user: User | null;
  /** The registration whose address it verifies. Null unless given. */
  registration?: PendingRegistration | null;
  /** False: its mails hold the code alone, which is worth nothing without the challenge token. True unless given. */
  linked?: boolean;
  /** See Challenge. False unless given. */
  byOwner?: boolean;
  /** See Challenge. Answered by the code alone unless given. */
  further?: Partial<Pick<Challenge, 'methods' | 'proved' | 'securityStamp' | 'session' | 'attempt'>>;
  /** A longer code, for links that need no typing, and its lifetime (ms): OTP_LIFETIME is for digits. */
  long?: { code: string; lifetime: number };
}

/**
 * Issues a challenge in the caller's transaction; it voids earlier ones of the user, or of the registration, for the same purpose. Those of
 * an unknown address are voided too: if they stayed valid, their answers would reveal that it is unknown.
 */
export async function issueChallenge(
  ctx: Needs<'config' | 'clock' | 'keys' | 'request'>,
  em: EntityManager,
  {
    purpose,
    email,
    locale,
    user,
    registration = null,
    linked = true,
    byOwner = false,
    further,
    long,
  }: ChallengeRequest,
): Promise<IssuedChallenge> {
  const { config } = ctx;
  const id = newId();
  const token = randomToken(24);
  const sent = further?.methods?.includes(ChallengeMethod.EMAIL_CODE) ?? true;
  // If no code is mailed, there is no known code either, whatever the address.
  const code = long?.code ?? newCode(ctx, sent ? email : null);
  // Also without a user, so that the same statements take the same time. A challenge for which no code is sent voids nothing: a stranger
  // who knows the first factor must not keep the owner from the second.
  const now = await takeTurn(ctx, em, [user?.id ?? id, email]);
  const expiresAt = after(now, long?.lifetime ?? config.otpLifetime);
  const outlived = after(expiresAt, MARGIN);
  if (sent)
    await em.execute(VOID_EARLIER, [now, purpose, user?.id ?? id, email, registration?.id ?? null, outlived, byOwner]);
  const challenge = em.create(Challenge, {
    id,
    tokenHash: sha256(token),
    purpose,
    user,
    registration,
    email,
    locale,
    app: ctx.request.app,
    codeHash: hashCode(ctx, { id, purpose }, code),
    linked,
    byOwner,
    attemptsLeft: ATTEMPTS,
    ...further,
    resendAfter: after(now, config.otpCooldown),
    expiresAt,
    createdAt: now,
  });
  return { challenge, token, code };
}

/** One at a time, so that the later request sees the earlier challenge. @returns when this one began to wait */
async function takeTurn(
  { clock }: Needs<'clock'>,
  em: EntityManager,
  whom: [userId: string, email: string],
): Promise<Date> {
  const [row] = await em.execute<{ now: number }[]>(ONE_AFTER_THE_OTHER, [...whom, clock.forDatabase()]);
  if (!row) throw new Error('The lock of the challenges was not taken');
  return new Date(row.now);
}

/** First the user's row, which the caller may have locked, then the address. */
const ONE_AFTER_THE_OTHER = `
  with person as materialized (select from users where id = ? for update)
  select pg_advisory_xact_lock(hashtextextended('challenge ' || ?, 0)), ${millisecondsIn('?')} as now
    from (select count(*) from person) as locked`;

/**
 * Two kinds stay: an invitation, which lives far longer than the new challenge, and one that the owner requested if the new one may be a
 * stranger's. Otherwise anyone could void another user's reset by requesting one.
 */
const VOID_EARLIER = `
  update challenges set answered_at = ?, voided = true
   where purpose = ? and answered_at is null
     and (user_id = ? or user_id is null and email = ? and registration_id is not distinct from ?::uuid)
     and expires_at < ? and (? or not by_owner)`;

/** Milliseconds. An earlier challenge may expire a little later than a new one, since each reads the time before it waits for its turn. */
export const MARGIN = 60_000;

import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { randomToken, sha256 } from '../platform/crypto.js';
import { newId } from '../platform/ids.js';
import type { User } from '../users/user.entity.js';
import { Challenge, type ChallengePurpose } from './challenge.entity.js';
import { hashCode, newCode } from './one-time-code.js';

export const ATTEMPTS = 5;

export interface Issued {
  challenge: Challenge;
  /** What the client names it by; only its hash is kept. */
  token: string;
  code: string;
}

interface Asked {
  purpose: ChallengePurpose;
  email: string;
  locale: string | null;
  /** Null for an address that is nobody's, or whose owner must not be let in by it: such a challenge is never answered right. Nor a decoy's. */
  user: User | null;
  /** False: its mails hold the code alone, which is worth nothing without the challenge token. True unless given. */
  linked?: boolean;
  /** See Challenge. False unless given. */
  byOwner?: boolean;
  /** A code of its own, for where a person need not type it, and how long it lives (ms): OTP_LIFETIME is for digits. */
  long?: { code: string; lifetime: number };
}

/**
 * A new challenge in the caller's transaction; earlier ones of the person for the same purpose die with it. So do those of
 * an address that is nobody's: one that lived on would tell, by its answers, that it is.
 */
export async function issueChallenge(
  ctx: Needs<'config' | 'clock' | 'keys'>,
  em: EntityManager,
  { purpose, email, locale, user, linked = true, byOwner = false, long }: Asked,
): Promise<Issued> {
  const { config, clock } = ctx;
  const now = clock.now();
  const id = newId();
  const token = randomToken(24);
  const code = long?.code ?? newCode(config.otpLength);
  // Without a user too: the same statements in the same time.
  await em.execute(ONE_AFTER_THE_OTHER, [user?.id ?? id, email]);
  const expiresAt = new Date(now.getTime() + (long?.lifetime ?? config.otpLifetime));
  const outlived = new Date(expiresAt.getTime() + SKEW);
  await em.execute(VOID_EARLIER, [now, purpose, user?.id ?? id, email, outlived, byOwner]);
  const challenge = em.create(Challenge, {
    id,
    tokenHash: sha256(token),
    purpose,
    user,
    email,
    locale,
    codeHash: hashCode(ctx, { id, purpose }, code),
    linked,
    byOwner,
    attemptsLeft: ATTEMPTS,
    resendAfter: new Date(now.getTime() + config.otpCooldown),
    expiresAt,
    createdAt: now,
  });
  return { challenge, token, code };
}

/** Of two at once the later sees the earlier's challenge. First the person's row, which the caller may have locked already, then the address. */
const ONE_AFTER_THE_OTHER = `
  with person as materialized (select from users where id = ? for update)
  select pg_advisory_xact_lock(hashtextextended('challenge ' || ?, 0)) from (select count(*) from person) as locked`;

/**
 * But for what would outlive the new one by far, an invitation, and what the owner asked for where a stranger may be asking now:
 * anybody can ask for a reset, and could so void those of others.
 */
const VOID_EARLIER = `
  update challenges set answered_at = ?
   where purpose = ? and answered_at is null and (user_id = ? or user_id is null and email = ?) and expires_at < ?
     and (? or not by_owner)`;
/** Milliseconds that replicas' clocks may differ by. */
export const SKEW = 60_000;

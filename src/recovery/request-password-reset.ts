import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { mailCode } from '../challenges/mail-code.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { newId } from '../platform/ids.js';
import { knownDevice } from '../sign-in/device-cookie.js';
import { User } from '../users/user.entity.js';
import type { RequestPasswordResetInput } from './recovery.input.js';

/**
 * Sends a code that sets a new password. For an unknown address, or one whose owner is suspended, the answer is the
 * same in the same time: the same statements, the same kinds of rows, a code that is never right, and no mail.
 */
export async function requestPasswordReset(
  ctx: Needs<Transaction | CodeMailing | 'sql' | 'limits'>,
  { email }: RequestPasswordResetInput,
): Promise<ChallengeRequired> {
  await ctx.limits.consume('requestPasswordReset.address', ctx.request.ipAddress);
  const owned = ctx.request.deviceCookie ? await deviceOfOwner(ctx, email) : null;
  await count(ctx, email, owned);
  return ctx.em.fork().transactional(async (tx) => {
    const known = await tx.findOne(User, { email });
    const user = known?.suspendedAt ? null : known;
    const asked = {
      purpose: ChallengePurpose.RESET_PASSWORD,
      email: user?.email ?? email,
      locale: user?.locale ?? null,
      user,
      byOwner: owned !== null,
    };
    const issued = await issueChallenge(ctx, tx, asked);
    await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'requestPasswordReset', subjectId: known?.id ?? null });
    return challengeRequired(issued.challenge, issued.token, ctx.config.otpLength);
  });
}

/** Strangers can use up the resets of an address, so that its owner gets none. A device on which the owner has signed in has its own limit. */
async function count({ limits }: Needs<'limits'>, email: string, owned: string | null): Promise<void> {
  if (owned) return limits.consume('requestPasswordReset.device', owned);
  await limits.consume('requestPasswordReset.account', email);
  await limits.consume('mail.recipient', email);
}

/** The same work whether or not the address is known: a made-up cookie must not tell it by the time of the answer. */
async function deviceOfOwner(ctx: Needs<'sql' | 'keys' | 'request'>, email: string): Promise<string | null> {
  const [row] = await ctx.sql<OwnerRow>('owner-of-address', OWNER, [email]);
  const device = knownDevice(ctx, { userId: row?.id ?? newId(), passwordSince: row?.changed_at ?? null });
  return row?.id && device ? `${row.id}:${device}` : null;
}

interface OwnerRow {
  id: string | null;
  changed_at: Date | null;
}

/** One row for an unknown address too. */
const OWNER = `
select u.id, p.changed_at
  from (select $1::varchar as email) asked
  left join users u on u.email = asked.email and u.deleted_at is null
  left join passwords p on p.user_id = u.id`;

import { ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../../challenges/challenge-required.js';
import { ATTEMPTS } from '../../challenges/issue-challenge.js';
import type { Needs } from '../../context.js';
import { CEREMONY, newPasskeyChallenge, requestOptions } from './passkey-options.js';
import { millisecondsIn, nowIn } from '../../platform/clock.js';
import { randomToken, sha256 } from '../../platform/crypto.js';
import { newId } from '../../platform/ids.js';
import { requireSignInMethod } from '../../sign-in/sign-in-methods.js';

/**
 * Issues a challenge without a user, for the passkey that the user will choose: without an identifier, the answer cannot reveal which
 * addresses have passkeys. One statement, since pages with autofill request a challenge whenever they load.
 */
export async function startPasskeySignIn(
  ctx: Needs<'sql' | 'clock' | 'config' | 'limits' | 'request'>,
): Promise<ChallengeRequired> {
  requireSignInMethod(ctx, 'passkey');
  await ctx.limits.consume('startPasskeySignIn.address', ctx.request.ipAddress);
  const token = randomToken(24);
  const signed = newPasskeyChallenge();
  const purpose = ChallengePurpose.SIGN_IN;
  const methods = [ChallengeMethod.PASSKEY];
  const [row] = await ctx.sql<{ expires: number }>('passkey-challenge', INSERT, [
    newId(),
    sha256(token),
    purpose,
    methods,
    signed,
    ATTEMPTS,
    CEREMONY,
    ctx.clock.forDatabase(),
  ]);
  if (!row) throw new Error('the challenge was not kept');
  const expiresAt = new Date(row.expires);
  const answer = challengeRequired({ purpose, methods, expiresAt, email: '', resendAfter: expiresAt }, token, 0);
  return Object.assign(answer, { passkeyOptions: requestOptions(ctx, signed, []) });
}

const EXPIRES = `${nowIn('$8')} + $7::float8 * interval '1 millisecond'`;

// No code answers it: its code_hash is empty.
const INSERT = `
insert into challenges (id, token_hash, purpose, methods, passkey_challenge, email, code_hash, attempts_left, resend_after,
                        expires_at, created_at)
values ($1::uuid, $2::bytea, $3::varchar, $4::text[], $5::bytea, '', '', $6::int, ${EXPIRES}, ${EXPIRES}, ${nowIn('$8')})
returning ${millisecondsIn('$8')} + $7::float8 as expires`;

import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { type ChallengeMethod, ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import type { Needs, SigningIn } from '../context.js';
import { ProviderAttempt } from '../identities/provider-attempt.entity.js';
import { beginMethods } from '../methods/begin-methods.js';
import { sqlIn } from '../platform/database.js';
import type { Authentication } from '../sessions/authentication.js';
import type { Account } from './account.js';
import { askForAddress } from './ask-for-address.js';
import { deviceOwnerOf, knownDevice } from './device-cookie.js';

interface Missing extends Pick<Account, 'user' | 'password'> {
  action: string;
  purpose: ChallengePurpose;
  methods: readonly ChallengeMethod[];
  proved: readonly Authentication[];
  attemptId: string | null;
}

/** Issues the challenge for what a sign-in still needs, in the transaction that decided so. */
export async function askForMore(
  ctx: Needs<SigningIn>,
  tx: EntityManager,
  missing: Missing,
): Promise<ChallengeRequired> {
  const { action, purpose, user } = missing;
  record(ctx, tx, { action, subjectId: user.id });
  // Only the code will count: a password given before is no other factor than the mailbox that can reset it.
  return purpose === ChallengePurpose.VERIFY_EMAIL
    ? askForAddress(ctx, tx, { email: user.email, locale: user.locale, user })
    : askForFactor(ctx, tx, missing);
}

/** What was verified so far is stored with the challenge, and counts while the user's security stamp stays the same. */
async function askForFactor(
  ctx: Needs<SigningIn>,
  tx: EntityManager,
  { user, password, purpose, methods, proved, attemptId }: Missing,
): Promise<ChallengeRequired> {
  // Triggers may have raised it in this transaction.
  const [row] = await sqlIn(tx)<{ stamp: number }>('security-stamp', STAMP, [user.id]);
  if (!row) throw new Error('a locked user is gone');
  const device = knownDevice(ctx, deviceOwnerOf({ user, password }));
  const issued = await issueChallenge(ctx, tx, {
    purpose,
    email: user.email,
    locale: user.locale,
    user,
    byOwner: device !== null,
    further: {
      methods: [...methods],
      proved: proved.map(({ method }) => method),
      securityStamp: row.stamp,
      attempt: attemptId ? tx.getReference(ProviderAttempt, attemptId) : null,
    },
  });
  const { challenge, token } = issued;
  const parts = purpose === ChallengePurpose.SECOND_FACTOR ? await beginMethods(ctx, tx, challenge) : {};
  return Object.assign(challengeRequired(challenge, token, ctx.config.otpLength), parts);
}

const STAMP = 'select security_stamp as stamp from users where id = $1::uuid';

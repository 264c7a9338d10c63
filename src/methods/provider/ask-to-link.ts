import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../../audit/record.js';
import { type ChallengeMethod, ChallengePurpose } from '../../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../../challenges/challenge-required.js';
import { issueChallenge } from '../../challenges/issue-challenge.js';
import { mailCode } from '../../challenges/mail-code.js';
import type { Needs, SigningIn } from '../../context.js';
import { Refusal } from '../../errors.js';
import { ProviderAttempt } from '../../identities/provider-attempt.entity.js';
import { AuthenticationMethod } from '../../sessions/session.entity.js';
import { askAsOwner } from '../../sign-in/ask-as-owner.js';
import { issueToAddress } from '../../sign-in/issue-to-address.js';
import { User } from '../../users/user.entity.js';
import { beginMethods } from '../begin-methods.js';
import { type AnsweredAttempt, useUp } from './find-answered.js';

interface AddressLink {
  attempt: AnsweredAttempt;
  email: string;
}

interface OwnersLink extends AddressLink {
  userId: string;
  methods: readonly ChallengeMethod[];
  /** The owner's security stamp when the decision was made. */
  securityStamp: number | null;
}

/**
 * A trusted provider has verified the address: its owner has to prove that the account is theirs. The identity stays with the attempt, and
 * is linked with the session that follows, never before.
 */
export async function askOwner(
  ctx: Needs<SigningIn>,
  { attempt, email, userId, methods, securityStamp }: OwnersLink,
): Promise<ChallengeRequired> {
  const byOwner = await askAsOwner(ctx, 'requestSignInCode', email);
  return ctx.em.fork().transactional(async (tx) => {
    await useUp(ctx, tx, attempt);
    const user = await tx.findOne(User, userId);
    if (!user) throw new Refusal('CHALLENGE_EXPIRED', { subject: userId });
    const issued = await issueChallenge(ctx, tx, {
      purpose: ChallengePurpose.LINK_IDENTITY,
      email: user.email,
      locale: user.locale,
      user,
      byOwner,
      further: { methods: [...methods], securityStamp, ...kept(tx, attempt) },
    });
    const { challenge, token } = issued;
    await mailCode(ctx, tx, issued);
    record(ctx, tx, { action: 'completeProviderSignIn', subjectId: userId });
    return Object.assign(
      challengeRequired(challenge, token, ctx.config.otpLength),
      await beginMethods(ctx, tx, challenge),
    );
  });
}

/**
 * No trusted provider has verified the address, so it may be anyone's. As in requestSignInCode: a code alone, and the same answer in the
 * same time whether or not the address has an account.
 */
export async function askAddress(ctx: Needs<SigningIn>, { attempt, email }: AddressLink): Promise<ChallengeRequired> {
  const byOwner = await askAsOwner(ctx, 'requestSignInCode', email);
  return ctx.em.fork().transactional(async (tx) => {
    await useUp(ctx, tx, attempt);
    const purpose = ChallengePurpose.LINK_IDENTITY;
    const { challenge, token, known } = await issueToAddress(ctx, tx, {
      purpose,
      email,
      byOwner,
      further: kept(tx, attempt),
    });
    record(ctx, tx, { action: 'completeProviderSignIn', subjectId: known?.id ?? null });
    return challengeRequired(challenge, token, ctx.config.otpLength);
  });
}

function kept(tx: EntityManager, { id }: AnsweredAttempt) {
  return { proved: [AuthenticationMethod.IDENTITY_PROVIDER], attempt: tx.getReference(ProviderAttempt, id) };
}

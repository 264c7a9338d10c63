import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { consume } from '../challenges/consume-challenge.js';
import type { AuthenticatedUser, CodeChecking, Needs, Transaction } from '../context.js';
import { badInput } from '../errors.js';
import { claimsByHook } from '../hooks/claims-by-hook.js';
import { answerUserChallenge } from '../methods/answer-challenge.js';
import type { Answer } from '../methods/method.js';
import { requireUser } from '../require-user.js';
import { authenticateAgain } from '../sessions/authenticate-again.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { issueTokens, type SignedIn, TokenDelivery } from '../sessions/signed-in.js';
import type { ReauthenticateInput } from './step-up.input.js';

type ReauthenticateNeeds = Needs<
  Transaction | CodeChecking | 'actor' | 'actAs' | 'loaders' | 'setRefreshCookie' | 'hooks'
>;

/**
 * Answers the challenge of requestReauthentication: the session gets a new access token with a new `auth_time`. Its refresh token and
 * the old access token stay as they are.
 */
export async function reauthenticate(ctx: ReauthenticateNeeds, input: ReauthenticateInput): Promise<SignedIn> {
  const answer = answerIn(input);
  const person = await requireUser(ctx);
  // As with every comparison of a password, what would wait too long is refused before its first statement.
  return 'password' in answer
    ? ctx.passwords.admit(() => byAnswer(ctx, person, input.challengeToken, answer))
    : byAnswer(ctx, person, input.challengeToken, answer);
}

async function byAnswer(
  ctx: ReauthenticateNeeds,
  person: AuthenticatedUser,
  challengeToken: string,
  answer: Answer,
): Promise<SignedIn> {
  const { userId, sessionId } = person;
  const purposes = [ChallengePurpose.REAUTHENTICATE];
  const answered = await answerUserChallenge(ctx, { challengeToken, answer, sessionId, purposes });
  const granted = await ctx.em.fork().transactional(async (tx) => {
    const { user, roles } = await assertStillSignedIn(ctx, tx, person);
    await consume(ctx, tx, answered);
    const [verified] = answered.proved;
    if (!verified) throw new Error('nothing was verified');
    const read = await authenticateAgain(ctx, tx, sessionId, verified);
    const details = { method: verified.method };
    record(ctx, tx, { action: 'reauthenticate', actorId: userId, subjectId: userId, sessionId, details });
    return { user, roles, ...read, refreshToken: null };
  });
  const added = await claimsByHook(ctx, {
    ...granted,
    sessionId,
    operation: 'reauthenticate',
    amr: granted.session.amr,
  });
  return issueTokens(ctx, granted, added, TokenDelivery.BODY);
}

/** Exactly one. */
function answerIn({ password, code, credential }: ReauthenticateInput): Answer {
  const answers: Answer[] = [];
  if (typeof password === 'string') answers.push({ password });
  if (typeof code === 'string') answers.push({ code });
  if (credential) answers.push({ credential });
  const [answer] = answers;
  if (!answer || answers.length > 1)
    throw badInput({
      field: 'input',
      code: answer ? 'NOT_ALLOWED' : 'REQUIRED',
      message: 'Give one of password, code and credential.',
    });
  return answer;
}

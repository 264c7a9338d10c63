import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { type ChallengeRequired, challengeRequired } from '../challenges/challenge-required.js';
import type { CodeMailing, Needs, Transaction } from '../context.js';
import { askAsOwner } from './ask-as-owner.js';
import { issueToAddress } from './issue-to-address.js';
import type { RequestSignInCodeInput } from './sign-in.input.js';
import { requireSignInMethod } from './sign-in-methods.js';

/** Sends a code that signs in, or opens the account of an unknown address. The answer and its time are the same for every address. */
export async function requestSignInCode(
  ctx: Needs<Transaction | CodeMailing | 'sql' | 'limits'>,
  { email }: RequestSignInCodeInput,
): Promise<ChallengeRequired> {
  requireSignInMethod(ctx, 'email-code');
  const byOwner = await askAsOwner(ctx, 'requestSignInCode', email);
  return ctx.em.fork().transactional(async (tx) => {
    const { challenge, token, known } = await issueToAddress(ctx, tx, {
      purpose: ChallengePurpose.SIGN_IN,
      email,
      byOwner,
    });
    record(ctx, tx, { action: 'requestSignInCode', subjectId: known?.id ?? null });
    return challengeRequired(challenge, token, ctx.config.otpLength);
  });
}

import { isLongCode, readCode } from '../challenges/one-time-code.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { type ResetAnswer, resetPasswordOnPage, type Resetting } from './reset-password.js';

/**
 * Called by the invitation's page: the invited user chooses the password. Starts no session. The code of a reset is not valid here: the
 * audit log would record an accepted invitation.
 */
export async function acceptInvitation(ctx: Needs<Resetting>, answer: ResetAnswer): Promise<void> {
  if (!isLongCode(readCode(answer.code))) throw new Refusal('INVALID_CODE');
  await resetPasswordOnPage(ctx, answer, 'acceptInvitation');
}

import { isLongCode, readCode } from '../challenges/one-time-code.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { type ResetAnswer, resetPasswordOnPage, type Resetting } from './reset-password.js';

/**
 * Behind the button of the invitation's page: the invited person chooses the password. Starts no session. The code of a
 * reset is none here: the audit log would call what it does an accepted invitation.
 */
export async function acceptInvitation(ctx: Needs<Resetting>, answer: ResetAnswer): Promise<void> {
  if (!isLongCode(readCode(answer.code))) throw new Refusal('INVALID_CODE');
  await resetPasswordOnPage(ctx, answer, 'acceptInvitation');
}

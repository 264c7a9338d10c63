import type { Context } from '../context.js';
import { type Answer, resetPasswordOnPage } from './reset-password.js';

/** Behind the button of the invitation's page: whoever an account was made for chooses its password. Signs nobody in. */
export function acceptInvitation(ctx: Context, answer: Answer): Promise<void> {
  return resetPasswordOnPage(ctx, answer, 'acceptInvitation');
}

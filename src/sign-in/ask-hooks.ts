import type { Needs } from '../context.js';
import { isUnchanged, tokenFacts } from '../hooks/hook-facts.js';
import { type HookClaims, NO_CLAIMS } from '../hooks/hooks.js';
import { amrOf } from '../sessions/authentication.js';
import type { Account } from './account.js';
import type { WayIn } from './complete-sign-in.js';

/** Thrown to roll back the transaction that would begin a session. */
export class AskFirst extends Error {
  override name = 'AskFirst';

  constructor(readonly account: Pick<Account, 'user' | 'roles'>) {
    super('the hooks are asked outside of the transaction');
  }
}

export function isAskedFirst({ hooks }: Needs<'hooks'>): boolean {
  return hooks !== null && (hooks.asks('before.sign-in') || hooks.asks('before.token'));
}

/** The hooks' answers, and the account they are about. */
export interface HookAnswers {
  claims: HookClaims;
  /** Null: they apply to any account. */
  account: Pick<Account, 'user' | 'roles'> | null;
}

export const NOT_ASKED: HookAnswers = { claims: NO_CLAIMS, account: null };

/** Whether the answer is about the account as it is now. */
export function isAbout({ account: then }: HookAnswers, now: Pick<Account, 'user' | 'roles'>): boolean {
  return then === null || isUnchanged(then, now);
}

/** Asks whether the session may begin, and what its first token carries. */
export async function askHooks(
  ctx: Needs<'hooks' | 'request'>,
  { action, proved, userId }: WayIn,
  account: Pick<Account, 'user' | 'roles'>,
): Promise<HookAnswers> {
  if (!ctx.hooks) return NOT_ASKED;
  const { user: signedIn, ...facts } = tokenFacts(ctx, {
    ...account,
    operation: action,
    amr: amrOf(proved),
    sessionId: null,
  });
  // An account that is opened here gets another id in the next transaction.
  const person = typeof userId === 'string' ? signedIn : { ...signedIn, id: null };
  const { sessionId, ...common } = { ...facts, user: person };
  await ctx.hooks.beforeSignIn(common);
  return { account, claims: await ctx.hooks.beforeToken({ ...common, sessionId }) };
}

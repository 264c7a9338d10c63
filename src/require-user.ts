import type { Actor, AuthenticatedUser, Machine, Needs } from './context.js';
import { Refusal } from './errors.js';
import { API_KEY_AMR } from './keys/access-token.js';

/**
 * The user of the session; without one, refuses with the precise reason. API keys are refused, since they lie in files: they must not
 * change what the user signs in with, nor create a key that outlives them. So is an administrator who acts as the user.
 */
export async function requireUser(ctx: Needs<'actor'>): Promise<AuthenticatedUser> {
  const who = await requireUserOrImpersonator(ctx);
  const refusal = refusalWhileImpersonating(who);
  if (refusal) throw refusal;
  return who;
}

/** The same, but allows an administrator who acts as the user. The audit log names both. */
export async function requireUserOrImpersonator({ actor }: Needs<'actor'>): Promise<AuthenticatedUser> {
  const who = await actor();
  const refusal = refusalWithoutSession(who);
  if (refusal) throw refusal;
  return who as AuthenticatedUser;
}

/** A user, also by an API key, or a service account; not an administrator who acts as a user. */
export async function requireActor({ actor }: Needs<'actor'>): Promise<AuthenticatedUser | Machine> {
  const who = await actor();
  if (who.kind === 'anonymous') throw new Refusal(who.problem);
  const refusal = refusalWhileImpersonating(who);
  if (refusal) throw refusal;
  return who;
}

/** Why the caller is not a user in a session; null if they are. */
export function refusalWithoutSession(who: Actor): Refusal | null {
  if (who.kind === 'anonymous') return new Refusal(who.problem);
  if (who.kind === 'machine') return notByServiceAccount();
  return isApiKey(who) ? new Refusal('FORBIDDEN', { message: NOT_BY_KEY, subject: who.userId }) : null;
}

/** A service account is no user and cannot authenticate again: it may not do what belongs to a user, or requires a recent authentication. */
export function notByServiceAccount(): Refusal {
  return new Refusal('FORBIDDEN', { message: NOT_BY_SERVICE_ACCOUNT });
}

/** Refuses an administrator who acts as the user: they should do this as themselves, or leave it to the user. */
export function refusalWhileImpersonating(who: Actor): Refusal | null {
  const impersonated = who.kind === 'user' && who.impersonatorId !== null;
  return impersonated ? new Refusal('NOT_WHILE_IMPERSONATING', { subject: who.userId }) : null;
}

/** Whether the caller is an API key, or a token exchanged for one. */
function isApiKey({ claims }: AuthenticatedUser): boolean {
  return claims.amr.includes(API_KEY_AMR);
}

const NOT_BY_KEY = 'An API key cannot do this. Sign in, and repeat it with an access token of the session.';
const NOT_BY_SERVICE_ACCOUNT =
  'A service account cannot do this: it is no user. Sign in as a user, and repeat it with an access token of the session.';

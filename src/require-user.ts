import type { Actor, AuthenticatedUser, Machine, Needs } from './context.js';
import { Refusal } from './errors.js';
import { API_KEY_AMR } from './keys/access-token.js';

/**
 * The person who asks, by a session; refused with the precise reason when there is none. An API key stands in a file somewhere: it touches
 * nothing by which the person signs in, and makes no key that would outlive it. Nor does an administrator who acts as them.
 */
export async function requireUser(ctx: Needs<'actor'>): Promise<AuthenticatedUser> {
  const who = await requireUserOrImpersonator(ctx);
  const refusal = refusalWhileImpersonating(who);
  if (refusal) throw refusal;
  return who;
}

/** The same, also by an administrator who acts as them. The audit log names both. */
export async function requireUserOrImpersonator({ actor }: Needs<'actor'>): Promise<AuthenticatedUser> {
  const who = await actor();
  const refusal = refusalWithoutSession(who);
  if (refusal) throw refusal;
  return who as AuthenticatedUser;
}

/** A person, also by an API key, or a service account; no administrator who acts as a person. */
export async function requireActor({ actor }: Needs<'actor'>): Promise<AuthenticatedUser | Machine> {
  const who = await actor();
  if (who.kind === 'anonymous') throw new Refusal(who.problem);
  const refusal = refusalWhileImpersonating(who);
  if (refusal) throw refusal;
  return who;
}

/** Why who asks is not a person in a session; null where they are. */
export function refusalWithoutSession(who: Actor): Refusal | null {
  if (who.kind === 'anonymous') return new Refusal(who.problem);
  if (who.kind === 'machine') return notByServiceAccount();
  return isApiKey(who) ? new Refusal('FORBIDDEN', { message: NOT_BY_KEY, subject: who.userId }) : null;
}

/** It is no user, and cannot authenticate again: what is a user's own, or wants a recent authentication, is not for it. */
export function notByServiceAccount(): Refusal {
  return new Refusal('FORBIDDEN', { message: NOT_BY_SERVICE_ACCOUNT });
}

/** Where an administrator acts as the person: what they should do as themselves, or leave to the person. */
export function refusalWhileImpersonating(who: Actor): Refusal | null {
  const impersonated = who.kind === 'user' && who.impersonatorId !== null;
  return impersonated ? new Refusal('NOT_WHILE_IMPERSONATING', { subject: who.userId }) : null;
}

/** Whether it is an API key that asks, or a token that was given for one. */
function isApiKey({ claims }: AuthenticatedUser): boolean {
  return claims.amr.includes(API_KEY_AMR);
}

const NOT_BY_KEY = 'An API key cannot do this. Sign in, and repeat it with an access token of the session.';
const NOT_BY_SERVICE_ACCOUNT =
  'A service account cannot do this: it is no user. Sign in as a user, and repeat it with an access token of the session.';

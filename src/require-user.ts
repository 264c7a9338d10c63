import type { Anonymous, AuthenticatedUser, Needs } from './context.js';
import { Refusal } from './errors.js';
import { API_KEY_AMR } from './keys/access-token.js';

/**
 * The person who asks, by a session; refused with the precise reason when there is none. An API key stands in a file somewhere: it touches
 * nothing by which the person signs in, and makes no key that would outlive it. Nor does an administrator who acts as them.
 */
export async function requireUser(ctx: Needs<'actor'>): Promise<AuthenticatedUser> {
  return refuseApiKey(await requireUserOrApiKey(ctx));
}

/** The same, also by an administrator who acts as them. The audit log names both. */
export async function requireUserOrImpersonator(ctx: Needs<'actor'>): Promise<AuthenticatedUser> {
  return refuseApiKey(await requireAuthenticated(ctx));
}

/** The person, also by an API key. */
export async function requireUserOrApiKey(ctx: Needs<'actor'>): Promise<AuthenticatedUser> {
  const who = await requireAuthenticated(ctx);
  const refusal = refusalWhileImpersonating(who);
  if (refusal) throw refusal;
  return who;
}

async function requireAuthenticated({ actor }: Needs<'actor'>): Promise<AuthenticatedUser> {
  const who = await actor();
  if (who.kind === 'anonymous') throw new Refusal(who.problem);
  return who;
}

function refuseApiKey(who: AuthenticatedUser): AuthenticatedUser {
  const refusal = refusalWithoutSession(who);
  if (refusal) throw refusal;
  return who;
}

/** Why who asks is not a person in a session; null where they are. */
export function refusalWithoutSession(who: Anonymous | AuthenticatedUser): Refusal | null {
  if (who.kind === 'anonymous') return new Refusal(who.problem);
  return isApiKey(who) ? new Refusal('FORBIDDEN', { message: NOT_BY_KEY, subject: who.userId }) : null;
}

/** Where an administrator acts as the person: what they should do as themselves, or leave to the person. */
export function refusalWhileImpersonating(who: Anonymous | AuthenticatedUser): Refusal | null {
  const impersonated = who.kind === 'user' && who.impersonatorId !== null;
  return impersonated ? new Refusal('NOT_WHILE_IMPERSONATING', { subject: who.userId }) : null;
}

/** Whether it is an API key that asks, or a token that was given for one. */
function isApiKey({ claims }: AuthenticatedUser): boolean {
  return claims.amr.includes(API_KEY_AMR);
}

const NOT_BY_KEY = 'An API key cannot do this. Sign in, and repeat it with an access token of the session.';

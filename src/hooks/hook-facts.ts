import type { Needs } from '../context.js';
import { type RoleHeld, roleVersions } from '../sessions/principals.js';
import type { User } from '../users/user.entity.js';

/** The origin of the request. */
interface FromWhere {
  requestId: string;
  ipAddress: string;
  userAgent: string | null;
}

export interface RegisterFacts extends FromWhere {
  email: string;
  username: string | null;
  displayName: string | null;
  locale: string | null;
}

interface UserFacts {
  /** Null: the account begins with this sign-in. */
  id: string | null;
  email: string;
  emailVerified: boolean;
  username: string | null;
  roles: string[];
}

export interface SignInFacts extends FromWhere {
  user: UserFacts;
  /** The operation. */
  operation: string;
  /** How the user has authenticated, in the values of RFC 8176. */
  amr: readonly string[];
}

export interface TokenFacts extends SignInFacts {
  /** Null: the session begins with this token. */
  sessionId: string | null;
}

export function registerFacts(
  ctx: Needs<'request'>,
  asked: { email: string; username?: string | null; displayName?: string | null; locale?: string | null },
): RegisterFacts {
  const { email, username = null, displayName = null, locale = null } = asked;
  return { email, username, displayName, locale, ...fromWhere(ctx) };
}

/** Copied field by field: the objects may also hold a hash or a refresh token, which must not leave the server. */
export function tokenFacts(
  ctx: Needs<'request'>,
  about: Pick<TokenFacts, 'operation' | 'amr' | 'sessionId'> & { user: User; roles: RoleHeld[] },
): TokenFacts {
  const { operation, amr, sessionId } = about;
  const { id, email, emailVerifiedAt, username } = about.user;
  const roles = about.roles.map(({ name }) => name);
  const user = { id, email, emailVerified: emailVerifiedAt !== null, username, roles };
  return { user, operation, amr, sessionId, ...fromWhere(ctx) };
}

interface AccountState {
  user: User;
  roles: Pick<RoleHeld, 'name' | 'version'>[];
}

/** Whether the account is as it was when the hook was asked: what a hook has not seen, it has not allowed. */
export function isUnchanged(then: AccountState, now: AccountState): boolean {
  return stateOf(then) === stateOf(now);
}

function stateOf({ user, roles }: AccountState): string {
  return JSON.stringify([user.email, user.securityStamp, user.version, ...roleVersions(roles)]);
}

function fromWhere({ request }: Needs<'request'>): FromWhere {
  return { requestId: request.id, ipAddress: request.ipAddress, userAgent: request.userAgent };
}

import type { Needs } from '../context.js';
import type { RoleHeld } from '../sessions/principals.js';
import type { User } from '../users/user.entity.js';

/** Where the request comes from. */
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
  /** What the user has verified, in the words of RFC 8176. */
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

export function tokenFacts(
  ctx: Needs<'request'>,
  { user, roles, ...rest }: Pick<TokenFacts, 'operation' | 'amr' | 'sessionId'> & { user: User; roles: RoleHeld[] },
): TokenFacts {
  const { id, email, emailVerifiedAt, username } = user;
  const names = roles.map(({ name }) => name);
  return {
    user: { id, email, emailVerified: emailVerifiedAt !== null, username, roles: names },
    ...rest,
    ...fromWhere(ctx),
  };
}

function fromWhere({ request }: Needs<'request'>): FromWhere {
  return { requestId: request.id, ipAddress: request.ipAddress, userAgent: request.userAgent };
}

import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Config } from '../config/config.js';
import type { Needs, AuthenticatedUser } from '../context.js';
import type { HookClaims } from '../hooks/hooks.js';
import type { AccessTokenClaims } from '../keys/access-token.js';
import { permissionsOfRoles } from '../roles/permissions-of-roles.js';
import { User } from '../users/user.entity.js';
import { acrOf, amrOf, authenticatedBy } from './authentication.js';
import { customClaims } from './custom-claims.js';
import { Session } from './session.entity.js';
import type { RoleHeld } from './principals.js';

export enum TokenDelivery {
  BODY = 'BODY',
  COOKIE = 'COOKIE',
}
registerEnumType(TokenDelivery, {
  name: 'TokenDelivery',
  description: 'How the refresh token is delivered.',
  valuesConfig: {
    BODY: { description: 'In the answer, as refreshToken. For clients that are not web pages.' },
    COOKIE: { description: 'As an HttpOnly cookie, which scripts of a web page cannot read. refreshToken is null.' },
  },
});

export const TOKEN_DELIVERY = 'How the refresh token is delivered. BODY by default; COOKIE is for web pages.';

@ObjectType({ description: 'A session and its tokens.' })
export class SignedIn {
  @Field(() => User, { description: 'The user who is signed in.' })
  user!: User;

  @Field(() => Session, { description: 'The session that was started or refreshed.' })
  session!: Session;

  @Field(() => String, {
    description: `
      A JWT. Send it in the Authorization header: \`Bearer <accessToken>\`.
      Other services verify it with the keys at /.well-known/jwks.json.
    `,
  })
  accessToken!: string;

  @Field(() => DateTime, {
    description: 'When the access token expires (ACCESS_TOKEN_LIFETIME, 15m by default). Refresh the session before.',
  })
  accessTokenExpiresAt!: Date;

  @Field(() => Int, {
    description: `
      The seconds until the access token expires, when it was issued (RFC 6749, expires_in). Count them from the arrival of the
      answer: the clock of a client may be wrong.
    `,
  })
  accessTokenExpiresIn!: number;

  @Field(() => String, {
    nullable: true,
    description: `
      Exchange it for new tokens with the operation refresh. Opaque and single use.
      Null when it was set as a cookie, and in the answer of reauthenticate: the refresh token of the session stays valid.
    `,
  })
  refreshToken!: string | null;

  @Field(() => DateTime, {
    description: 'When the refresh token and the session expire unless the session is refreshed.',
  })
  refreshTokenExpiresAt!: Date;

  @Field(() => Int, {
    description: 'The seconds until the refresh token and the session expire unless the session is refreshed.',
  })
  refreshTokenExpiresIn!: number;
}

export interface Granted {
  user: User;
  roles: RoleHeld[];
  session: Session;
  /** Whole seconds until the session expires, by PostgreSQL's clock. */
  expiresIn: number;
  /** Null if the client keeps the one it has. */
  refreshToken: string | null;
}

/** Issues the tokens of a session, with the claims that a hook adds; from here on the request acts as their holder. */
export function issueTokens(
  ctx: Needs<'config' | 'keys' | 'actAs' | 'setRefreshCookie' | 'loaders'>,
  { user, roles, session, expiresIn, refreshToken }: Granted,
  added: HookClaims,
  delivery: TokenDelivery,
): SignedIn {
  const given = { ...added, ...claimsOf(ctx.config, user, roles, session) };
  const { accessToken, claims, expiresAt } = ctx.keys.accessTokens.issue(given, expiresIn);
  ctx.actAs(authenticatedUserOf(claims));
  ctx.loaders.rolesOfUser.prime(user.id, roles as never);
  if (delivery === TokenDelivery.COOKIE && refreshToken)
    ctx.setRefreshCookie({ value: refreshToken, expiresAt: session.expiresAt });
  return Object.assign(new SignedIn(), {
    user,
    session,
    accessToken,
    accessTokenExpiresAt: expiresAt,
    accessTokenExpiresIn: claims.exp - claims.iat,
    refreshToken: delivery === TokenDelivery.COOKIE ? null : refreshToken,
    refreshTokenExpiresAt: session.expiresAt,
    refreshTokenExpiresIn: expiresIn,
  });
}

export function authenticatedUserOf(claims: AccessTokenClaims): AuthenticatedUser {
  return {
    kind: 'user',
    userId: claims.sub,
    sessionId: claims.sid,
    permissions: new Set(claims.scope.split(' ').filter(Boolean)),
    impersonatorId: claims.act?.sub ?? null,
    claims,
  };
}

export function claimsOf(config: Config, user: User, roles: RoleHeld[], session: Session) {
  const permissions = permissionsOfRoles(roles);
  const names = roles.map(({ name }) => name);
  const amr = session.amr.length > 0 ? session.amr : amrOf(session.authenticationMethods.map(authenticatedBy));
  return {
    ...customClaims(config, { user, roles: names, permissions }),
    sub: user.id,
    sid: session.id,
    scope: permissions.join(' '),
    roles: names,
    ver: [user.version, ...roles.map(({ version }) => version)],
    amr,
    acr: acrOf(amr, session.authenticationMethods),
    auth_time: Math.floor((session.authenticatedAt ?? session.createdAt).getTime() / 1000),
    email_verified: user.emailVerifiedAt !== null,
  };
}

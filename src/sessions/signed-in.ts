import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Needs, Person } from '../context.js';
import type { AccessTokenClaims } from '../keys/access-token.js';
import { User } from '../users/user.entity.js';
import { AuthenticationMethod, Session } from './session.entity.js';
import type { RoleHeld } from './who.js';

export enum TokenDelivery {
  BODY = 'BODY',
  COOKIE = 'COOKIE',
}
registerEnumType(TokenDelivery, {
  name: 'TokenDelivery',
  description: 'How the refresh token travels: in the answer, or as an HttpOnly cookie that scripts cannot read.',
});

@ObjectType({ description: 'A session, and the tokens that belong to it.' })
export class SignedIn {
  @Field(() => User)
  user!: User;

  @Field(() => Session)
  session!: Session;

  @Field(() => String, { description: 'Goes into the header `Authorization: Bearer …`.' })
  accessToken!: string;

  @Field(() => DateTime)
  accessTokenExpiresAt!: Date;

  @Field(() => String, { nullable: true, description: 'Single use. Null when it was set as a cookie.' })
  refreshToken!: string | null;

  @Field(() => DateTime)
  refreshTokenExpiresAt!: Date;
}

export interface Granted {
  user: User;
  roles: RoleHeld[];
  session: Session;
  refreshToken: string;
}

/** Turns a session into tokens; from here on the request acts as their holder. */
export function handOver(
  ctx: Needs<'keys' | 'actAs' | 'setRefreshCookie' | 'loaders'>,
  { user, roles, session, refreshToken }: Granted,
  delivery: TokenDelivery,
): SignedIn {
  const { accessToken, claims, expiresAt } = ctx.keys.accessTokens.issue(claimsOf(user, roles, session));
  ctx.actAs(personOf(claims));
  ctx.loaders.rolesOfUser.prime(user.id, roles as never);
  if (delivery === TokenDelivery.COOKIE) ctx.setRefreshCookie({ value: refreshToken, expiresAt: session.expiresAt });
  return Object.assign(new SignedIn(), {
    user,
    session,
    accessToken,
    accessTokenExpiresAt: expiresAt,
    refreshToken: delivery === TokenDelivery.COOKIE ? null : refreshToken,
    refreshTokenExpiresAt: session.expiresAt,
  });
}

export function personOf(claims: AccessTokenClaims): Person {
  return {
    kind: 'person',
    userId: claims.sub,
    sessionId: claims.sid,
    permissions: new Set(claims.scope.split(' ').filter(Boolean)),
    claims,
  };
}

function claimsOf(user: User, roles: RoleHeld[], session: Session) {
  return {
    sub: user.id,
    sid: session.id,
    scope: [...new Set(roles.flatMap(({ permissions }) => permissions))].sort().join(' '),
    roles: roles.map(({ name }) => name),
    ver: [user.version, ...roles.map(({ version }) => version)],
    amr: session.authenticationMethods.map((method) => RFC_8176[method]),
    auth_time: Math.floor(session.createdAt.getTime() / 1000),
    email_verified: user.emailVerifiedAt !== null,
  };
}

const RFC_8176 = { [AuthenticationMethod.PASSWORD]: 'pwd', [AuthenticationMethod.EMAIL_CODE]: 'otp' };

import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { deviceName } from '../platform/device-name.js';
import { LoggedOut } from './logged-out.js';
import { endSession, logout, logoutAll } from './logout.js';
import { refresh } from './refresh.js';
import { Session } from './session.entity.js';
import { EndSessionInput, LogoutAllInput, LogoutInput, RefreshInput } from './sessions.input.js';
import { SignedIn } from './signed-in.js';

@Resolver(() => Session)
export class SessionsResolver {
  @Mutation(() => SignedIn, {
    description: `
      Exchanges a refresh token for a new access token and a new refresh token. Each refresh token can be exchanged once.
      For a few seconds afterwards (REFRESH_GRACE, 10s by default) it still returns the newest refresh token of its session, so
      that several tabs or a lost answer do not end the session.
      Refused with:
      - REFRESH_TOKEN_INVALID: the token is missing, unknown or expired, or its session has ended. Sign in again. Also if a
      second factor has become required and the session has not verified one: the session then ends.
      - REFRESH_TOKEN_REUSED: the token was used before, so it may be stolen. The session was ended. Sign in again.
      - HOOK_REFUSED: a rule of the service does not allow it. The session and the refresh token stay as they are.
      - FORBIDDEN: the refresh cookie came from an origin that CORS_ORIGINS does not list.
    `,
  })
  refresh(
    @Arg('input', () => RefreshInput, { nullable: true, description: 'If left out, the refresh cookie is used.' })
    input: RefreshInput | null,
    @Ctx() ctx: Context,
  ) {
    return refresh(ctx, input);
  }

  @Mutation(() => LoggedOut, {
    description: `
      Ends a session. No server accepts its tokens once this operation has answered.
      The refresh token in the input names the session; without it, the access token of the request does.
      When no valid access token was sent, the refresh cookie names the session.
      Refused with:
      - UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_REVOKED: no valid token of any kind came with the request.
      - REFRESH_TOKEN_INVALID: the refresh token is unknown. There is no session to end.
      - FORBIDDEN: the refresh cookie came from an origin that CORS_ORIGINS does not list.
    `,
  })
  logout(
    @Arg('input', () => LogoutInput, { nullable: true, description: 'If left out, the session of the caller ends.' })
    input: LogoutInput | null,
    @Ctx() ctx: Context,
  ) {
    return logout(ctx, input);
  }

  @Mutation(() => LoggedOut, {
    description: `
      Ends all sessions of the signed-in user. No server accepts their tokens once this operation has answered.
      Requires a sign-in.
    `,
  })
  logoutAll(
    @Arg('input', () => LogoutAllInput, {
      nullable: true,
      description: 'If left out, the session of the caller ends too.',
    })
    input: LogoutAllInput | null,
    @Ctx() ctx: Context,
  ) {
    return logoutAll(ctx, input ?? { keepCurrent: false });
  }

  @Mutation(() => LoggedOut, {
    description: `
      Ends one session of the signed-in user. No server accepts its tokens once this operation has answered.
      Requires a sign-in.
      Refused with NOT_FOUND when the user has no active session with this id.
    `,
  })
  endSession(@Arg('input', () => EndSessionInput) input: EndSessionInput, @Ctx() ctx: Context) {
    return endSession(ctx, input);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'A name of the device for people, such as Firefox on macOS. Null when its userAgent names none.',
  })
  device(@Root() session: Session) {
    return deviceName(session.userAgent);
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether an administrator acts as the user in it. Such a session has no address and no device.',
  })
  impersonated(@Root() { impersonatorSession = null }: Partial<Session>) {
    return impersonatorSession !== null;
  }

  @FieldResolver(() => Boolean, { description: 'Whether the access token of this request belongs to the session.' })
  async current(@Root() session: Session, @Ctx() ctx: Context) {
    const actor = await ctx.actor();
    return actor.kind === 'user' && actor.sessionId === session.id;
  }
}

import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { deviceName } from './device-name.js';
import { LoggedOut } from './logged-out.js';
import { endSession, logout, logoutAll } from './logout.js';
import { refresh } from './refresh.js';
import { Session } from './session.entity.js';
import { EndSessionInput, LogoutAllInput, LogoutInput, RefreshInput } from './sessions.input.js';
import { SignedIn } from './signed-in.js';

@Resolver(() => Session)
export class SessionsResolver {
  @Mutation(() => SignedIn, {
    description: 'Trade the refresh token for new tokens. Idempotent within a short grace period.',
  })
  refresh(@Arg('input', () => RefreshInput, { nullable: true }) input: RefreshInput | null, @Ctx() ctx: Context) {
    return refresh(ctx, input);
  }

  @Mutation(() => LoggedOut, {
    description:
      'End the current session, by its access token or its refresh token. Its tokens are dead everywhere when this answers.',
  })
  logout(@Arg('input', () => LogoutInput, { nullable: true }) input: LogoutInput | null, @Ctx() ctx: Context) {
    return logout(ctx, input);
  }

  @Mutation(() => LoggedOut, { description: 'Needs a sign-in. End every session of the signed-in person.' })
  logoutAll(@Arg('input', () => LogoutAllInput, { nullable: true }) input: LogoutAllInput | null, @Ctx() ctx: Context) {
    return logoutAll(ctx, input ?? { keepCurrent: false });
  }

  @Mutation(() => LoggedOut, { description: "Needs a sign-in. End one of the signed-in person's sessions." })
  endSession(@Arg('input', () => EndSessionInput) input: EndSessionInput, @Ctx() ctx: Context) {
    return endSession(ctx, input);
  }

  @FieldResolver(() => String, { nullable: true, description: 'For people: Firefox on macOS.' })
  device(@Root() session: Session) {
    return deviceName(session.userAgent);
  }

  @FieldResolver(() => Boolean, { description: 'The one this request was made with.' })
  async current(@Root() session: Session, @Ctx() ctx: Context) {
    const actor = await ctx.actor();
    return actor.kind === 'person' && actor.sessionId === session.id;
  }
}

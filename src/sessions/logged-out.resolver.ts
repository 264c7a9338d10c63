import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { LoggedOut } from './logged-out.js';
import { providerLogoutUrl } from './provider-logout-url.js';

@Resolver(() => LoggedOut)
export class LoggedOutResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: `
      Where to send the browser to end the session at the identity provider too, if the ended session of the caller began there.
      Null if it began in another way, if the provider has no such address, or if it does not answer.
      Refused with REDIRECT_URI_NOT_ALLOWED if redirectUri is not one of REDIRECT_URIS; the sessions have ended all the same.
    `,
  })
  providerLogoutUrl(
    @Root() loggedOut: LoggedOut,
    @Arg('redirectUri', () => String, {
      nullable: true,
      description:
        'Where the provider sends the browser back to: one of REDIRECT_URIS, to the letter, and registered at the provider.',
    })
    redirectUri: string | undefined,
    @Ctx() ctx: Context,
  ) {
    return providerLogoutUrl(ctx, loggedOut, redirectUri ?? null);
  }
}

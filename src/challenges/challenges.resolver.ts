import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { challenge } from './challenge.js';
import { CHALLENGE_TOKEN } from './challenge-fields.js';
import { ChallengeStatus } from './challenge-status.js';

@Resolver()
export class ChallengesResolver {
  @Query(() => ChallengeStatus, {
    description: `
      The state of a challenge, for a page that waits while the link in the mail is opened elsewhere. Query it every few seconds.
      It returns no session. When it is ANSWERED, call refresh if the page uses the cookie: the link may have been opened in the same
      browser by your application. Otherwise ask the user to sign in.
      It reveals nothing about an address: whether a challenge of requestPasswordReset was answered is shown only on a device on which
      the user has signed in before. The same is true of requestSignInCode if registration is closed.
      Refused with RATE_LIMITED after very many queries.
    `,
  })
  challenge(
    @Arg('challengeToken', () => String, { description: CHALLENGE_TOKEN }) challengeToken: string,
    @Ctx() ctx: Context,
  ) {
    return challenge(ctx, challengeToken);
  }
}

import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { challenge } from './challenge.js';
import { CHALLENGE_TOKEN } from './challenge-fields.js';
import { ChallengeStatus } from './challenge-status.js';

@Resolver()
export class ChallengesResolver {
  @Query(() => ChallengeStatus, {
    description: `
      What became of a challenge, for the page that waits while the link of the mail is opened elsewhere. Ask every few seconds.
      It gives no session. When it is ANSWERED, call refresh if the page uses the cookie: the link may have been opened in the same
      browser by your application. Otherwise ask the user to sign in.
      It tells nothing about an address: the answer to a challenge of requestPasswordReset is told only on a device on which the user
      has signed in before. So is that of requestSignInCode where registration is closed.
      Refused with RATE_LIMITED after very many questions.
    `,
  })
  challenge(
    @Arg('challengeToken', () => String, { description: CHALLENGE_TOKEN }) challengeToken: string,
    @Ctx() ctx: Context,
  ) {
    return challenge(ctx, challengeToken);
  }
}

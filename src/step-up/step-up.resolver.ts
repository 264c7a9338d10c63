import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Context } from '../context.js';
import { SignedIn } from '../sessions/signed-in.js';
import { reauthenticate } from './reauthenticate.js';
import { requestReauthentication } from './request-reauthentication.js';
import { ReauthenticateInput } from './step-up.input.js';

@Resolver()
export class StepUpResolver {
  @Mutation(() => ChallengeRequired, {
    description: `
      Begins a new authentication of the signed-in user, for operations that are refused with REAUTHENTICATION_REQUIRED.
      \`methods\` says what answers it: the second factors of the user; without one the password; without either a code by e-mail.
      Answer it with reauthenticate. Requires a sign-in.
    `,
  })
  requestReauthentication(@Ctx() ctx: Context) {
    return requestReauthentication(ctx);
  }

  @Mutation(() => SignedIn, {
    description: `
      Answers the challenge of requestReauthentication, in the same session. The session continues with a new access token, whose auth_time
      is now, and keeps its refresh token: refreshToken is null. Requires a sign-in.
      Refused with:
      - INVALID_CREDENTIALS, INVALID_CODE, INVALID_PASSKEY: the answer is wrong. \`attemptsLeft\` says how many wrong answers remain.
      - CHALLENGE_EXPIRED: the challenge is unknown, expired, answered, or of another session, or the account has changed since.
      - TOO_MANY_ATTEMPTS: the challenge accepts no more answers. Request a new one.
      - BAD_USER_INPUT: not exactly one of password, code and credential was given.
      - RATE_LIMITED: there were too many wrong answers.
    `,
  })
  reauthenticate(@Arg('input', () => ReauthenticateInput) input: ReauthenticateInput, @Ctx() ctx: Context) {
    return reauthenticate(ctx, input);
  }
}

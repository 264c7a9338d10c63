import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context.js';
import { EnrollFactorInput } from '../../factors/enroll-factor.input.js';
import { FactorAdded } from '../../factors/factor-added.js';
import { confirmTotp } from './confirm-totp.js';
import { enrollTotp } from './enroll-totp.js';
import { ConfirmTotpInput } from './totp.input.js';
import { TotpEnrollment } from './totp-enrollment.js';

@Resolver()
export class TotpResolver {
  @Mutation(() => TotpEnrollment, {
    description: `
      Begins to enrol an authenticator app: returns a new secret. Nothing changes until confirmTotp gets a code of the app.
      Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default), or the challengeToken of an ENROLL_FACTOR challenge.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Sign in again.
    `,
  })
  enrollTotp(
    @Arg('input', () => EnrollFactorInput, { nullable: true }) input: EnrollFactorInput | null,
    @Ctx() ctx: Context,
  ) {
    return enrollTotp(ctx, input ?? {});
  }

  @Mutation(() => FactorAdded, {
    description: `
      Enrols an authenticator app by a code that it shows. A mail tells the user. From now on a sign-in asks for a second factor.
      Requires the session that called enrollTotp. If enrollTotp was called during a sign-in, this completes it and the user is signed in.
      The first factor comes with ten recovery codes, which are shown once.
      Refused with:
      - INVALID_CODE: the code is wrong. The clock of the device must be right.
      - TOO_MANY_ATTEMPTS: too many wrong codes were tried. Call enrollTotp again.
      - CHALLENGE_EXPIRED: the enrolment is unknown, has expired or was already completed. Call enrollTotp again.
      - BAD_USER_INPUT: the user has the maximum number of authenticator apps.
    `,
  })
  confirmTotp(@Arg('input', () => ConfirmTotpInput) input: ConfirmTotpInput, @Ctx() ctx: Context) {
    return confirmTotp(ctx, input);
  }
}

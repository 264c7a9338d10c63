import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { ChallengeMethod } from '../challenges/challenge.entity.js';
import { CHALLENGE_TOKEN, challengeTokenField, codeField } from '../challenges/challenge-fields.js';
import { TOKEN_DELIVERY, TokenDelivery } from '../sessions/signed-in.js';
import { ProfileInput, profileShape } from '../users/profile.input.js';
import { emailField, NEW_PASSWORD, passwordField } from '../users/user-fields.js';

@InputType({ description: 'A new account.' })
export class RegisterInput extends ProfileInput {
  static readonly form = true;
  static readonly shape = z.object({
    email: emailField,
    password: passwordField,
    ...profileShape,
  });

  @Field(() => String, { description: 'The e-mail address. The code is sent to it.' })
  email!: string;

  @Field(() => String, { description: NEW_PASSWORD })
  password!: string;
}

@InputType({ description: 'The answer to a challenge.' })
export class VerifyOtpInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField, code: codeField });

  @Field(() => String, { description: CHALLENGE_TOKEN })
  challengeToken!: string;

  @Field(() => String, {
    description: `
      The code: from the newest mail of the challenge, of the authenticator app, or a recovery code. Spaces and dashes in it are
      ignored. It works once.
    `,
  })
  code!: string;

  @Field(() => ChallengeMethod, {
    nullable: true,
    description: 'The method that the code belongs to. May be left out: the server recognises the form of the code.',
  })
  method?: ChallengeMethod | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: `
      true: on this device the user is not asked for the second factor for TRUSTED_DEVICE_LIFETIME (30d by default).
      It has an effect only in an answer to SECOND_FACTOR by a client that keeps the device cookie, and not with a recovery code.
      The device is asked again after a sign-out everywhere, and once the password, a factor, the e-mail address or the roles change.
    `,
  })
  trustDevice?: boolean | null;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY, description: TOKEN_DELIVERY })
  tokenDelivery?: TokenDelivery | null;
}

@InputType({ description: 'The challenge that needs a new code.' })
export class ResendOtpInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField });

  @Field(() => String, { description: CHALLENGE_TOKEN })
  challengeToken!: string;
}

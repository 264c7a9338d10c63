import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField, codeField } from '../challenges/challenge-fields.js';
import { TokenDelivery } from '../sessions/signed-in.js';
import { ProfileInput, profileShape } from '../users/profile.input.js';
import { emailField, passwordField } from '../users/user-fields.js';

@InputType()
export class RegisterInput extends ProfileInput {
  static readonly shape = z.object({
    email: emailField,
    password: passwordField,
    ...profileShape,
  });

  @Field(() => String)
  email!: string;

  @Field(() => String)
  password!: string;
}

@InputType()
export class VerifyOtpInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField, code: codeField });

  @Field(() => String)
  challengeToken!: string;

  @Field(() => String)
  code!: string;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY })
  tokenDelivery?: TokenDelivery | null;
}

@InputType()
export class ResendOtpInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField });

  @Field(() => String)
  challengeToken!: string;
}

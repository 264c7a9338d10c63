import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField, codeField } from '../challenges/challenge-fields.js';
import { TokenDelivery } from '../sessions/signed-in.js';
import { emailField, passwordField } from '../users/user-fields.js';

@InputType()
export class RequestPasswordResetInput {
  static readonly shape = z.object({ email: emailField });

  @Field(() => String)
  email!: string;
}

@InputType()
export class ResetPasswordInput {
  static readonly shape = z.object({
    challengeToken: challengeTokenField,
    code: codeField,
    newPassword: passwordField,
  });

  @Field(() => String)
  challengeToken!: string;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  newPassword!: string;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY })
  tokenDelivery?: TokenDelivery | null;
}

import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { CHALLENGE_TOKEN, challengeTokenField, CODE, codeField } from '../challenges/challenge-fields.js';
import { TOKEN_DELIVERY, TokenDelivery } from '../sessions/signed-in.js';
import { emailField, NEW_PASSWORD, passwordField } from '../users/user-fields.js';

@InputType({ description: 'The account whose password was forgotten.' })
export class RequestPasswordResetInput {
  static readonly shape = z.object({ email: emailField });

  @Field(() => String, { description: 'The e-mail address of the account.' })
  email!: string;
}

@InputType({ description: 'The code to check before the form asks for a new password.' })
export class CheckResetCodeInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField, code: codeField });

  @Field(() => String, { description: CHALLENGE_TOKEN })
  challengeToken!: string;

  @Field(() => String, { description: 'The code from the newest mail of the challenge. It is not used up.' })
  code!: string;
}

@InputType({ description: 'The answer to a challenge, with a new password.' })
export class ResetPasswordInput {
  static readonly form = true;
  static readonly shape = z.object({
    challengeToken: challengeTokenField,
    code: codeField,
    newPassword: passwordField,
  });

  @Field(() => String, { description: CHALLENGE_TOKEN })
  challengeToken!: string;

  @Field(() => String, { description: CODE })
  code!: string;

  @Field(() => String, { description: NEW_PASSWORD })
  newPassword!: string;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY, description: TOKEN_DELIVERY })
  tokenDelivery?: TokenDelivery | null;
}

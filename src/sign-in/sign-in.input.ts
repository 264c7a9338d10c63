import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField } from '../challenges/challenge-fields.js';
import { TOKEN_DELIVERY, TokenDelivery } from '../sessions/signed-in.js';
import { emailField, passwordField } from '../users/user-fields.js';

@InputType({ description: 'The credentials of a user.' })
export class LoginInput {
  static readonly shape = z.object({
    identifier: z.string().min(1, 'An identifier is not empty.').max(254, 'An identifier has at most 254 characters.'),
    password: passwordField,
    challengeToken: challengeTokenField.nullish(),
  });

  @Field(() => String, { description: 'The e-mail address or the username, in upper or lower case.' })
  identifier!: string;

  @Field(() => String, { description: 'The password.' })
  password!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The challengeToken of a LINK_IDENTITY challenge whose methods include PASSWORD: the sign-in answers it and links the identity. The identifier must name its account.',
  })
  challengeToken?: string | null;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY, description: TOKEN_DELIVERY })
  tokenDelivery?: TokenDelivery | null;
}

@InputType({ description: 'The account to sign in to, or to open.' })
export class RequestSignInCodeInput {
  static readonly shape = z.object({ email: emailField });

  @Field(() => String, { description: 'The e-mail address. The code is sent to it.' })
  email!: string;
}

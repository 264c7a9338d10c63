import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { TokenDelivery } from '../sessions/signed-in.js';
import { passwordField } from '../users/user-fields.js';

@InputType({ description: 'identifier: e-mail address or username.' })
export class LoginInput {
  static readonly shape = z.object({
    identifier: z.string().min(1, 'An identifier is not empty.').max(254, 'An identifier has at most 254 characters.'),
    password: passwordField,
  });

  @Field(() => String)
  identifier!: string;

  @Field(() => String)
  password!: string;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY })
  tokenDelivery?: TokenDelivery | null;
}

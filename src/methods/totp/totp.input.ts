import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField, codeField } from '../../challenges/challenge-fields.js';
import { ENROLLMENT_TOKEN, FACTOR_NAME, factorNameField } from '../../factors/factor-fields.js';
import { TOKEN_DELIVERY, TokenDelivery } from '../../sessions/signed-in.js';

@InputType({ description: 'The confirmation that an authenticator app has the secret.' })
export class ConfirmTotpInput {
  static readonly shape = z.object({
    challengeToken: challengeTokenField,
    code: codeField,
    name: factorNameField.nullish(),
  });

  @Field(() => String, { description: ENROLLMENT_TOKEN })
  challengeToken!: string;

  @Field(() => String, { description: 'The six digits that the app shows.' })
  code!: string;

  @Field(() => String, { nullable: true, description: `${FACTOR_NAME} By default "Authenticator app".` })
  name?: string | null;

  @Field(() => TokenDelivery, {
    nullable: true,
    defaultValue: TokenDelivery.BODY,
    description: `When this is the last step of a sign-in: ${TOKEN_DELIVERY}`,
  })
  tokenDelivery?: TokenDelivery | null;
}

import { GraphQLJSONObject as JSONObject } from 'graphql-scalars';
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { CHALLENGE_TOKEN, challengeTokenField } from '../../challenges/challenge-fields.js';
import { ENROLLMENT_TOKEN, FACTOR_NAME, factorNameField } from '../../factors/factor-fields.js';
import { TOKEN_DELIVERY, TokenDelivery } from '../../sessions/signed-in.js';

@InputType({ description: 'The answer to a challenge by a passkey.' })
export class VerifyPasskeyInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField });

  @Field(() => String, { description: CHALLENGE_TOKEN })
  challengeToken!: string;

  @Field(() => JSONObject, {
    description: 'The AuthenticationResponseJSON of WebAuthn: toJSON() of the result of navigator.credentials.get().',
  })
  credential!: object;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY, description: TOKEN_DELIVERY })
  tokenDelivery?: TokenDelivery | null;
}

@InputType({ description: 'A new passkey.' })
export class RegisterPasskeyInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField, name: factorNameField.nullish() });

  @Field(() => String, { description: ENROLLMENT_TOKEN })
  challengeToken!: string;

  @Field(() => JSONObject, {
    description: 'The RegistrationResponseJSON of WebAuthn: toJSON() of the result of navigator.credentials.create().',
  })
  credential!: object;

  @Field(() => String, { nullable: true, description: `${FACTOR_NAME} By default the name of its provider.` })
  name?: string | null;

  @Field(() => TokenDelivery, {
    nullable: true,
    defaultValue: TokenDelivery.BODY,
    description: `When this is the last step of a sign-in: ${TOKEN_DELIVERY}`,
  })
  tokenDelivery?: TokenDelivery | null;
}

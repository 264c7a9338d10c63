import { GraphQLJSONObject as JSONObject } from 'graphql-scalars';
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { CHALLENGE_TOKEN, challengeTokenField, codeField } from '../challenges/challenge-fields.js';
import { passwordField } from '../users/user-fields.js';

@InputType({
  description: 'The answer to a challenge of requestReauthentication: one of password, code and credential.',
})
export class ReauthenticateInput {
  static readonly shape = z.object({
    challengeToken: challengeTokenField,
    password: passwordField.nullish(),
    code: codeField.nullish(),
  });

  @Field(() => String, { description: CHALLENGE_TOKEN })
  challengeToken!: string;

  @Field(() => String, { nullable: true, description: 'The password, with the method PASSWORD.' })
  password?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The code of an authenticator app, a recovery code, or the code from the newest mail of the challenge.',
  })
  code?: string | null;

  @Field(() => JSONObject, {
    nullable: true,
    description: 'The AuthenticationResponseJSON of WebAuthn, with the method PASSKEY.',
  })
  credential?: Record<string, unknown> | null;
}

import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField } from '../challenges/challenge-fields.js';

@InputType({ description: 'Who enrols a factor: the signed-in user, or the user of a sign-in.' })
export class EnrollFactorInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField.nullish() });

  @Field(() => String, {
    nullable: true,
    description: 'The challengeToken of an ENROLL_FACTOR challenge of a sign-in. Without it the signed-in user enrols.',
  })
  challengeToken?: string | null;
}

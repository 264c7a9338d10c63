import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { FACTOR_NAME, factorNameField } from './factor-fields.js';

@InputType({ description: 'The new name of a factor.' })
export class RenameFactorInput {
  static readonly shape = z.object({ name: factorNameField });

  @Field(() => ID, { description: 'The id of the factor.' })
  factorId!: string;

  @Field(() => String, { description: FACTOR_NAME })
  name!: string;
}

@InputType({ description: 'Identifies a factor.' })
export class FactorIdInput {
  @Field(() => ID, { description: 'The id of the factor.' })
  factorId!: string;
}

@InputType({ description: 'The user whose factors are to be removed.' })
export class ResetUserFactorsInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;
}

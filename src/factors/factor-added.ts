import { Field, ObjectType } from 'type-graphql';
import { Factor } from '../methods/factor.js';
import { SignedIn } from '../sessions/signed-in.js';

@ObjectType({ description: 'A factor that was enrolled.' })
export class FactorAdded {
  @Field(() => Factor, { description: 'The factor.' })
  factor!: Factor;

  @Field(() => [String], {
    nullable: true,
    description:
      'Ten recovery codes, with the first factor of the user alone. They are shown once: have the user save them.',
  })
  recoveryCodes!: string[] | null;

  @Field(() => SignedIn, {
    nullable: true,
    description: 'The session, if the enrolment was the last step of a sign-in (ENROLL_FACTOR). Otherwise null.',
  })
  signedIn!: SignedIn | null;
}

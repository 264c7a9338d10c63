import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType()
export class AccountDeleted {
  @Field(() => ID)
  userId!: string;

  @Field(() => DateTime, {
    description: 'Until then an administrator can restore the account; afterwards it is purged.',
  })
  purgeAfter!: Date;
}

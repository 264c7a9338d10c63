import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'An account that was deleted and can still be restored.' })
export class AccountDeleted {
  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;

  @Field(() => DateTime, {
    description:
      'Until this time an administrator can restore the account (DELETED_RETENTION, 30d by default). Then it is purged.',
  })
  purgeAfter!: Date;
}

import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where to send the browser for a sign-in with an identity provider.' })
export class ProviderRedirect {
  @Field(() => String, {
    description:
      'An address of this server, which leads to the provider. Only the first browser that opens it can complete the sign-in.',
  })
  url!: string;

  @Field(() => DateTime, {
    description: 'The time by which the browser must have come back from the provider: ten minutes from now.',
  })
  expiresAt!: Date;
}

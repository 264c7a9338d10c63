import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where to send the browser for a sign-in by an identity provider.' })
export class ProviderRedirect {
  @Field(() => String, {
    description:
      'An address of this server, which leads to the provider. The first browser that opens it can complete it.',
  })
  url!: string;

  @Field(() => DateTime, { description: 'When the sign-in must have come back from the provider: in ten minutes.' })
  expiresAt!: Date;
}

import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where and how to upload a picture.' })
export class AvatarUpload {
  @Field(() => String, {
    description: `
      The address. It is valid until expiresAt, and only with an access token of the same user in the Authorization header.
    `,
  })
  url!: string;

  @Field(() => String, { description: 'The HTTP method: PUT.' })
  method!: string;

  @Field(() => Int, { description: 'The maximum size of the body in bytes.' })
  maxBytes!: number;

  @Field(() => [String], {
    description: `
      The content types that are accepted. The content of the body is checked, not only the Content-Type header.
    `,
  })
  contentTypes!: string[];

  @Field(() => DateTime, { description: 'When the address expires.' })
  expiresAt!: Date;
}

import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where and how to send the bytes of a picture.' })
export class AvatarUpload {
  @Field(() => String, {
    description: `
      The address. It is good until expiresAt, and only with an access token of the same user in the Authorization header.
    `,
  })
  url!: string;

  @Field(() => String, { description: 'The HTTP method: PUT.' })
  method!: string;

  @Field(() => Int, { description: 'The most bytes that the body may have.' })
  maxBytes!: number;

  @Field(() => [String], {
    description: `
      The content types that are accepted. What counts is the content of the body, not the Content-Type header alone.
    `,
  })
  contentTypes!: string[];

  @Field(() => DateTime, { description: 'When the address expires.' })
  expiresAt!: Date;
}

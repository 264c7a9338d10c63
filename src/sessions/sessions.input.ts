import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';

const refreshTokenField = z.string().max(512, 'This is not a refresh token: it is too long.');

@InputType({ description: "Without refreshToken, the cookie's is used." })
export class RefreshInput {
  static readonly shape = z.object({ refreshToken: refreshTokenField.nullish() });

  @Field(() => String, { nullable: true })
  refreshToken?: string | null;
}

@InputType({
  description:
    'Without refreshToken, the access token says which session ends and, where none is trusted any more, the cookie.',
})
export class LogoutInput {
  static readonly shape = z.object({ refreshToken: refreshTokenField.nullish() });

  @Field(() => String, {
    nullable: true,
    description: 'Its session ends, whatever access token comes along. Any of that session will do, also a used one.',
  })
  refreshToken?: string | null;
}

@InputType()
export class LogoutAllInput {
  @Field(() => Boolean, { nullable: true, defaultValue: false })
  keepCurrent?: boolean | null;
}

@InputType()
export class EndSessionInput {
  @Field(() => ID)
  sessionId!: string;
}

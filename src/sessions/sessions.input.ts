import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';

@InputType({ description: "Without refreshToken, the cookie's is used." })
export class RefreshInput {
  static readonly shape = z.object({
    refreshToken: z.string().max(512, 'This is not a refresh token: it is too long.').nullish(),
  });

  @Field(() => String, { nullable: true })
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

import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';

const refreshTokenField = z.string().max(512, 'This is not a refresh token: it is too long.');

@InputType({ description: 'The refresh token to exchange.' })
export class RefreshInput {
  static readonly shape = z.object({ refreshToken: refreshTokenField.nullish() });

  @Field(() => String, {
    nullable: true,
    description: `
      The refresh token. The new one is then in the answer.
      If left out, the refresh cookie is used, and the new refresh token is set as a cookie.
    `,
  })
  refreshToken?: string | null;
}

@InputType({ description: 'The session to end.' })
export class LogoutInput {
  static readonly shape = z.object({ refreshToken: refreshTokenField.nullish() });

  @Field(() => String, {
    nullable: true,
    description: `
      A refresh token of the session to end, whichever access token the request carries.
      Each refresh token of the session is accepted, also a used one.
    `,
  })
  refreshToken?: string | null;
}

@InputType({ description: 'Which sessions to end.' })
export class LogoutAllInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'true: all sessions end except the one of the access token.',
  })
  keepCurrent?: boolean | null;
}

@InputType({ description: 'The session to end.' })
export class EndSessionInput {
  @Field(() => ID, { description: 'The id of the session, as User.sessions lists it.' })
  sessionId!: string;
}

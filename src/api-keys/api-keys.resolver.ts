import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { ApiKey } from './api-key.entity.js';
import { MAX_API_KEYS } from './api-keys-loader.js';
import { ApiKeyIdInput, CreateApiKeyInput } from './api-keys.input.js';
import { ApiKeyCreated, createApiKey } from './create-api-key.js';
import { revokeApiKey } from './revoke-api-key.js';

@Resolver(() => User)
export class ApiKeysResolver {
  @Mutation(() => ApiKeyCreated, {
    description: `
      Creates an API key of the signed-in user, for a program that acts for them. The secret is shown once. The key never has
      more permissions than the user, and loses those that the user loses. A mail tells the user.
      Requires a recent authentication (REAUTHENTICATION_AGE, 5m by default).
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
      - FORBIDDEN: the user does not have one of the permissions.
      - BAD_USER_INPUT: the expiry has passed, or the user has too many keys.
    `,
  })
  createApiKey(@Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput, @Ctx() ctx: Context) {
    return createApiKey(ctx, input);
  }

  @Mutation(() => ApiKey, {
    description: `
      Revokes an API key of the signed-in user, or, with the permission users:write, of another user, who gets a mail.
      It is dead everywhere once this has answered; revoking it again changes nothing. Requires a sign-in.
      Refused with:
      - NOT_FOUND: the user has no such key.
      - FORBIDDEN: the key is of a user who has a permission that you do not have.
    `,
  })
  revokeApiKey(@Arg('input', () => ApiKeyIdInput) input: ApiKeyIdInput, @Ctx() ctx: Context) {
    return revokeApiKey(ctx, input);
  }

  @FieldResolver(() => [ApiKey], {
    nullable: true,
    description: `
      The API keys of the user, newest first, ${MAX_API_KEYS} at most. Those that were revoked or have expired stay for 30 days.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  apiKeys(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.apiKeysOfUser.load(user.id);
  }
}

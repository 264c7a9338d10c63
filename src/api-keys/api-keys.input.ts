import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { MAX_SCOPE_LENGTH } from '../roles/permissions.js';
import { displayNameField } from '../users/user-fields.js';

@InputType({ description: 'A new API key.' })
export class CreateApiKeyInput {
  static readonly shape = z.object({
    name: displayNameField,
    permissions: z
      .array(z.string().max(64, 'A permission has at most 64 characters.'))
      .transform((permissions) => [...new Set(permissions)].sort())
      .refine(
        (permissions) => permissions.join(' ').length <= MAX_SCOPE_LENGTH,
        `The permissions of a key have at most ${MAX_SCOPE_LENGTH} characters together.`,
      ),
  });

  @Field(() => String, {
    description: 'A name by which the user knows the key: 1 to 100 characters, without control characters.',
  })
  name!: string;

  @Field(() => [String], {
    description: `
      What the key may do: permissions that the user has. With an empty list it can read what every signed-in user may.
      All of them together have up to ${MAX_SCOPE_LENGTH} characters.
    `,
  })
  permissions!: string[];

  @Field(() => DateTime, { nullable: true, description: 'When it expires. If left out, it does not.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'Identifies an API key.' })
export class ApiKeyIdInput {
  @Field(() => ID, { description: 'The id of the key.' })
  apiKeyId!: string;
}

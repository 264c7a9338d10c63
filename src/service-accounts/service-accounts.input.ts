import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { MAX_ROLES, roleNamesField } from '../roles/permissions.js';
import { displayNameField } from '../users/user-fields.js';

const descriptionField = z
  .string()
  .trim()
  .max(500, 'A description has at most 500 characters.')
  .regex(/^[^\0]*$/, 'A description has no NUL characters.');

const JWKS_URI = 'The address of the keys begins with https:// and has no password: https://ci.example.com/jwks.json.';

/** The target is checked at each fetch: a name may resolve to another address tomorrow (platform/guarded-fetch.ts). */
const jwksUriField = z
  .string()
  .trim()
  .max(500, 'The address of the keys has at most 500 characters.')
  .refine(isHttps, JWKS_URI);

function isHttps(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'https:' && !url.username && !url.password;
}

const NAME = 'A name by which administrators know it: 1 to 100 characters, without control characters.';
const KEYS =
  'Where its public keys (a JWK set) are fetched from, for authentication by a signed JWT (private_key_jwt, RFC 7523). An https address.';

@InputType({ description: 'A new service account.' })
export class CreateServiceAccountInput {
  static readonly shape = z.object({
    name: displayNameField,
    description: descriptionField.nullish(),
    roles: roleNamesField,
    jwksUri: jwksUriField.nullish(),
  });

  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, up to 500 characters.' })
  description?: string | null;

  @Field(() => [String], { description: `The names of its roles, ${MAX_ROLES} at most.` })
  roles!: string[];

  @Field(() => String, { nullable: true, description: KEYS })
  jwksUri?: string | null;
}

@InputType({ description: 'Changes of a service account. A field that is left out does not change.' })
export class UpdateServiceAccountInput {
  static readonly shape = z.object({
    name: displayNameField.nullish(),
    description: descriptionField.nullish(),
    roles: roleNamesField.nullish(),
    jwksUri: jwksUriField.nullish(),
  });

  @Field(() => ID, { description: 'The id of the service account.' })
  serviceAccountId!: string;

  @Field(() => String, { nullable: true, description: `${NAME} null changes nothing.` })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for, up to 500 characters. null clears it.' })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: `The names of all its roles from now on, ${MAX_ROLES} at most. null changes nothing.`,
  })
  roles?: string[] | null;

  @Field(() => String, { nullable: true, description: `${KEYS} null clears it.` })
  jwksUri?: string | null;
}

@InputType({ description: 'Identifies a service account.' })
export class ServiceAccountIdInput {
  @Field(() => ID, { description: 'The id of the service account.' })
  serviceAccountId!: string;
}

@InputType({ description: 'Identifies a secret of a service account.' })
export class ServiceAccountSecretIdInput {
  @Field(() => ID, { description: 'The id of the service account.' })
  serviceAccountId!: string;

  @Field(() => ID, { description: 'The id of the secret.' })
  secretId!: string;
}

import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { MAX_SCOPE_LENGTH, permissionsField, roleNameField, roleReferenceField } from './permissions.js';

const descriptionField = z
  .string()
  .trim()
  .max(500, 'A description has at most 500 characters.')
  .regex(/^[^\0]*$/, 'A description has no NUL characters.');

@InputType({ description: 'A new role.' })
export class CreateRoleInput {
  static readonly shape = z.object({
    name: roleNameField,
    description: descriptionField.nullish(),
    permissions: permissionsField,
  });

  @Field(() => String, {
    description:
      'The unique name: 2 to 32 lower-case letters, digits or dashes, beginning with a letter. It never changes.',
  })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the role is for, up to 500 characters.' })
  description?: string | null;

  @Field(() => [String], {
    description: `
      The permissions, each written resource:action with lower-case letters, digits and dashes, up to 64 characters.
      They are permissions of the server, such as users:read, or of your application, such as orders:read.
      All of them together have up to ${MAX_SCOPE_LENGTH} characters.
    `,
  })
  permissions!: string[];

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether users who hold the role must sign in with a second factor.',
  })
  requiresSecondFactor?: boolean | null;
}

@InputType({ description: 'Changes of a role. A field that is left out does not change.' })
export class UpdateRoleInput {
  static readonly shape = z.object({
    name: roleReferenceField,
    description: descriptionField.nullish(),
    permissions: permissionsField.nullish(),
  });

  @Field(() => String, { description: 'The name of the role to change.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the role is for, up to 500 characters. null clears it.' })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'The complete list of its permissions. null changes nothing.' })
  permissions?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether users who hold the role must sign in with a second factor. null changes nothing.',
  })
  requiresSecondFactor?: boolean | null;
}

@InputType({ description: 'The role to delete.' })
export class DeleteRoleInput {
  static readonly shape = z.object({ name: roleReferenceField });

  @Field(() => String, { description: 'The name of the role.' })
  name!: string;
}

import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { permissionsField, roleNameField, roleReferenceField } from './permissions.js';

const descriptionField = z
  .string()
  .trim()
  .max(500, 'A description has at most 500 characters.')
  .regex(/^[^\0]*$/, 'A description has no NUL characters.');

@InputType()
export class CreateRoleInput {
  static readonly shape = z.object({
    name: roleNameField,
    description: descriptionField.nullish(),
    permissions: permissionsField,
  });

  @Field(() => String, { description: 'Lower case; stands in the roles claim of access tokens. Never changes.' })
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => [String], {
    description: "resource:action. Those of the gateway itself, and the application's own, such as orders:read.",
  })
  permissions!: string[];
}

@InputType({ description: 'Absent leaves as it is; a description of null clears.' })
export class UpdateRoleInput {
  static readonly shape = z.object({
    name: roleReferenceField,
    description: descriptionField.nullish(),
    permissions: permissionsField.nullish(),
  });

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'All that the role holds from now on.' })
  permissions?: string[] | null;
}

@InputType()
export class DeleteRoleInput {
  static readonly shape = z.object({ name: roleReferenceField });

  @Field(() => String)
  name!: string;
}

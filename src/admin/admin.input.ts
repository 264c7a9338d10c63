import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { MAX_ROLES, roleNamesField } from '../roles/permissions.js';
import { ProfileInput, profileShape } from '../users/profile.input.js';
import { emailField, passwordField } from '../users/user-fields.js';

@InputType({ description: 'A new account.' })
export class CreateUserInput extends ProfileInput {
  static readonly form = true;
  static readonly shape = z.object({
    email: emailField,
    password: passwordField.nullish(),
    ...profileShape,
    roles: roleNamesField.nullish(),
  });

  @Field(() => String, { description: 'The e-mail address.' })
  email!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The password. If it is left out, the user gets a mail that says how to sign in.',
  })
  password?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: `The names of the roles, ${MAX_ROLES} at most. Only user by default.`,
  })
  roles?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'true: the address counts as verified. Set it only when you have verified the address.',
  })
  emailVerified?: boolean | null;
}

@InputType({
  description:
    'Changes of an account. A field that is left out does not change. null clears a field, but not email and emailVerified.',
})
export class UpdateUserInput extends ProfileInput {
  static readonly form = true;
  static readonly shape = z.object({
    email: emailField.nullish(),
    ...profileShape,
  });

  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The new e-mail address. It is not verified unless emailVerified is true.',
  })
  email?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the e-mail address counts as verified.' })
  emailVerified?: boolean | null;
}

@InputType({ description: 'The new roles of a user.' })
export class UpdateUserRolesInput {
  static readonly shape = z.object({ roles: roleNamesField });

  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;

  @Field(() => [String], { description: `The complete list of the names of their roles, ${MAX_ROLES} at most.` })
  roles!: string[];
}

const reasonField = z
  .string()
  .trim()
  .max(500, 'A reason has at most 500 characters.')
  .refine((reason) => !/[\0\p{Cs}]/u.test(reason), 'A reason has no NUL characters and no halves of characters.');

@InputType({ description: 'The user to suspend.' })
export class SuspendUserInput {
  static readonly shape = z.object({
    reason: reasonField.nullish(),
  });

  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;

  @Field(() => String, {
    nullable: true,
    description: `
      Why, in up to 500 characters, for administrators. The user does not see it.
      The audit log keeps it after the account is purged: do not write personal data into it.
    `,
  })
  reason?: string | null;
}

@InputType({ description: 'The user to erase.' })
export class EraseUserInput {
  static readonly shape = z.object({ reason: reasonField.min(1, 'Say why the account is erased.') });

  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;

  @Field(() => String, {
    description: `
      Why, in up to 500 characters: the number of a request, for example. The audit log keeps it: do not write personal data into it.
    `,
  })
  reason!: string;
}

// One input for each mutation, so that each can grow alone.

@InputType({ description: 'The suspended user.' })
export class ReinstateUserInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;
}

@InputType({ description: 'The user to delete.' })
export class DeleteUserInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;
}

@InputType({ description: 'The deleted user to restore.' })
export class RestoreUserInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;
}

@InputType({ description: 'The user whose sessions end.' })
export class EndUserSessionsInput {
  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;
}

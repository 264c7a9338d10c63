import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { roleNamesField } from '../roles/permissions.js';
import { ProfileInput, profileShape } from '../users/profile.input.js';
import { emailField, passwordField } from '../users/user-fields.js';

@InputType({ description: 'Without password, the person gets an invitation mail to set one.' })
export class CreateUserInput extends ProfileInput {
  static readonly shape = z.object({
    email: emailField,
    password: passwordField.nullish(),
    ...profileShape,
    roles: roleNamesField.nullish(),
  });

  @Field(() => String)
  email!: string;

  @Field(() => String, { nullable: true })
  password?: string | null;

  @Field(() => [String], { nullable: true, description: 'user alone, unless given.' })
  roles?: string[] | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Whether you vouch for the address.' })
  emailVerified?: boolean | null;
}

@InputType({ description: 'Absent leaves as it is; null clears, but for email and emailVerified, which it leaves.' })
export class UpdateUserInput extends ProfileInput {
  static readonly shape = z.object({
    email: emailField.nullish(),
    ...profileShape,
  });

  @Field(() => ID)
  userId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A new address counts as not proved, unless emailVerified says otherwise.',
  })
  email?: string | null;

  @Field(() => Boolean, { nullable: true })
  emailVerified?: boolean | null;
}

@InputType()
export class UpdateUserRolesInput {
  static readonly shape = z.object({ roles: roleNamesField });

  @Field(() => ID)
  userId!: string;

  @Field(() => [String], { description: 'All that the person holds from now on.' })
  roles!: string[];
}

@InputType()
export class SuspendUserInput {
  static readonly shape = z.object({
    reason: z
      .string()
      .trim()
      .max(500, 'A reason has at most 500 characters.')
      .refine((reason) => !/[\0\p{Cs}]/u.test(reason), 'A reason has no NUL characters and no halves of characters.')
      .nullish(),
  });

  @Field(() => ID)
  userId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'For administrators; the person is not told. The audit log keeps it beyond the account: name nobody.',
  })
  reason?: string | null;
}

// One input for each mutation, so that each can grow alone.

@InputType()
export class ReinstateUserInput {
  @Field(() => ID)
  userId!: string;
}

@InputType()
export class DeleteUserInput {
  @Field(() => ID)
  userId!: string;
}

@InputType()
export class RestoreUserInput {
  @Field(() => ID)
  userId!: string;
}

@InputType()
export class EndUserSessionsInput {
  @Field(() => ID)
  userId!: string;
}

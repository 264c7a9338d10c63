import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { NEW_PASSWORD, PASSWORD_AGAIN, passwordField } from '../users/user-fields.js';

@InputType({ description: 'The current and the new password.' })
export class ChangePasswordInput {
  static readonly shape = z.object({ currentPassword: passwordField.nullish(), newPassword: passwordField });

  @Field(() => String, {
    nullable: true,
    description: PASSWORD_AGAIN,
  })
  currentPassword?: string | null;

  @Field(() => String, { description: NEW_PASSWORD })
  newPassword!: string;
}

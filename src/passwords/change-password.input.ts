import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { passwordField } from '../users/user-fields.js';

@InputType()
export class ChangePasswordInput {
  static readonly shape = z.object({ currentPassword: passwordField.nullish(), newPassword: passwordField });

  @Field(() => String, {
    nullable: true,
    description: 'Your password, once more. Left out, the operation is refused with REAUTHENTICATION_REQUIRED.',
  })
  currentPassword?: string | null;

  @Field(() => String)
  newPassword!: string;
}

import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { passwordField } from '../users/user-fields.js';

@InputType()
export class ChangePasswordInput {
  static readonly shape = z.object({ currentPassword: passwordField, newPassword: passwordField });

  @Field(() => String)
  currentPassword!: string;

  @Field(() => String)
  newPassword!: string;
}

import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField, codeField } from '../challenges/challenge-fields.js';
import { ProfileInput, profileShape } from './profile.input.js';
import { emailField, passwordField } from './user-fields.js';

@InputType()
export class RequestEmailChangeInput {
  static readonly shape = z.object({ newEmail: emailField, password: passwordField.nullish() });

  @Field(() => String)
  newEmail!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Your password, once more. Left out, the operation is refused with REAUTHENTICATION_REQUIRED.',
  })
  password?: string | null;
}

@InputType()
export class ConfirmEmailChangeInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField, code: codeField });

  @Field(() => String)
  challengeToken!: string;

  @Field(() => String)
  code!: string;
}

@InputType({ description: 'Absent leaves as it is; null clears.' })
export class UpdateProfileInput extends ProfileInput {
  static readonly shape = z.object(profileShape);
}

@InputType()
export class DeleteAccountInput {
  static readonly shape = z.object({ password: passwordField.nullish() });

  @Field(() => String, {
    nullable: true,
    description: 'Your password, once more. Left out, the operation is refused with REAUTHENTICATION_REQUIRED.',
  })
  password?: string | null;
}

import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField, codeField } from '../challenges/challenge-fields.js';
import { displayNameField, emailField, localeField, passwordField, usernameField } from './user-fields.js';

@InputType()
export class RequestEmailChangeInput {
  static readonly shape = z.object({ newEmail: emailField, password: passwordField });

  @Field(() => String)
  newEmail!: string;

  @Field(() => String)
  password!: string;
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
export class UpdateProfileInput {
  static readonly shape = z.object({
    username: usernameField.nullish(),
    displayName: displayNameField.nullish(),
    locale: localeField.nullish(),
  });

  @Field(() => String, { nullable: true })
  username?: string | null;

  @Field(() => String, { nullable: true })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'The language of mails, as a BCP 47 tag: en, de-AT.' })
  locale?: string | null;
}

@InputType()
export class DeleteAccountInput {
  static readonly shape = z.object({ password: passwordField });

  @Field(() => String)
  password!: string;
}

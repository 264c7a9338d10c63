import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { challengeTokenField, codeField } from '../challenges/challenge-fields.js';
import { TokenDelivery } from '../sessions/signed-in.js';
import { displayNameField, emailField, localeField, passwordField, usernameField } from '../users/user-fields.js';

@InputType()
export class RegisterInput {
  static readonly shape = z.object({
    email: emailField,
    password: passwordField,
    username: usernameField.nullish(),
    displayName: displayNameField.nullish(),
    locale: localeField.nullish(),
  });

  @Field(() => String)
  email!: string;

  @Field(() => String)
  password!: string;

  @Field(() => String, { nullable: true })
  username?: string | null;

  @Field(() => String, { nullable: true })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'The language of mails, as a BCP 47 tag: en, de-AT.' })
  locale?: string | null;
}

@InputType()
export class VerifyOtpInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField, code: codeField });

  @Field(() => String)
  challengeToken!: string;

  @Field(() => String)
  code!: string;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY })
  tokenDelivery?: TokenDelivery | null;
}

@InputType()
export class ResendOtpInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField });

  @Field(() => String)
  challengeToken!: string;
}

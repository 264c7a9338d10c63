import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { CHALLENGE_TOKEN, challengeTokenField, CODE, codeField } from '../challenges/challenge-fields.js';
import { ProfileInput, profileShape } from '../users/profile.input.js';
import { emailField, PASSWORD_AGAIN, passwordField } from '../users/user-fields.js';

@InputType({ description: 'The new e-mail address.' })
export class RequestEmailChangeInput {
  static readonly shape = z.object({ newEmail: emailField, password: passwordField.nullish() });

  @Field(() => String, { description: 'The new e-mail address. The code is sent to it.' })
  newEmail!: string;

  @Field(() => String, {
    nullable: true,
    description: PASSWORD_AGAIN,
  })
  password?: string | null;
}

@InputType({ description: 'The answer to a challenge of requestEmailChange.' })
export class ConfirmEmailChangeInput {
  static readonly shape = z.object({ challengeToken: challengeTokenField, code: codeField });

  @Field(() => String, { description: CHALLENGE_TOKEN })
  challengeToken!: string;

  @Field(() => String, { description: CODE })
  code!: string;
}

@InputType({ description: 'The change of address to undo.' })
export class UndoEmailChangeInput {
  static readonly shape = z.object({
    changeToken: z.string().min(1, 'A change token is not empty.').max(128, 'This is no change token: it is too long.'),
  });

  @Field(() => String, {
    description: 'The token in the link of the mail to the earlier address: {change} of MAIL_LINK_UNDO.',
  })
  changeToken!: string;
}

@InputType({ description: 'Changes of a profile. A field that is left out does not change; null clears it.' })
export class UpdateProfileInput extends ProfileInput {
  static readonly form = true;
  static readonly shape = z.object(profileShape);
}

@InputType({ description: 'The confirmation that the account is to be deleted.' })
export class DeleteAccountInput {
  static readonly shape = z.object({ password: passwordField.nullish() });

  @Field(() => String, {
    nullable: true,
    description: PASSWORD_AGAIN,
  })
  password?: string | null;
}

import { Field, InputType } from 'type-graphql';
import { displayNameField, localeField, usernameField } from './user-fields.js';

/** The profile fields for the `shape` of every input that takes a profile. */
export const profileShape = {
  username: usernameField.nullish(),
  displayName: displayNameField.nullish(),
  locale: localeField.nullish(),
};

/** The fields of a profile, which several inputs share. */
@InputType()
export abstract class ProfileInput {
  @Field(() => String, {
    nullable: true,
    description: `
      A unique name: 3 to 32 letters, digits, dots, dashes or underscores; the first and the last one a letter or a digit.
      Two usernames that differ only in case are the same. Public.
    `,
  })
  username?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name that is shown to people: 1 to 100 characters, without control characters. Public.',
  })
  displayName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The language of mails, a BCP 47 tag such as en or de-AT. English when it is null or not available.',
  })
  locale?: string | null;
}

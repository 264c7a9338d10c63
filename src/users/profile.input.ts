import { Field, InputType } from 'type-graphql';
import { displayNameField, localeField, usernameField } from './user-fields.js';

/** What every input that takes a profile asks of it; goes into its `shape`. */
export const profileShape = {
  username: usernameField.nullish(),
  displayName: displayNameField.nullish(),
  locale: localeField.nullish(),
};

/** The part of an input that says who somebody is to others; no input of its own. */
@InputType()
export abstract class ProfileInput {
  @Field(() => String, { nullable: true })
  username?: string | null;

  @Field(() => String, { nullable: true })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'The language of mails, as a BCP 47 tag: en, de-AT.' })
  locale?: string | null;
}

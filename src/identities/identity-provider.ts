import { Field, ID, ObjectType } from 'type-graphql';
import type { Needs } from '../context.js';

@ObjectType({ description: 'An identity provider that users can sign in with.' })
export class IdentityProvider {
  @Field(() => ID, { description: 'As in the setting PROVIDERS: google, github, acme.' })
  id!: string;

  @Field(() => String, { description: 'The name, for the button of a sign-in form.' })
  name!: string;
}

/** The configured providers, in the order of the setting. */
export function identityProviders({ providers }: Needs<'providers'>): IdentityProvider[] {
  return providers.all.map(({ id, name }) => Object.assign(new IdentityProvider(), { id, name }));
}

/** A provider that is no longer configured has its id as its name. */
export function identityProvider({ providers }: Needs<'providers'>, id: string): IdentityProvider {
  return Object.assign(new IdentityProvider(), { id, name: providers.named(id)?.name ?? id });
}

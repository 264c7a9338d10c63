import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Identity } from './identity.entity.js';
import { identityProvider, IdentityProvider } from './identity-provider.js';

@Resolver(() => Identity)
export class IdentitiesResolver {
  @FieldResolver(() => IdentityProvider, {
    description:
      'The provider that the account is at. If this server is no longer configured for it, its name is its id.',
  })
  provider(@Root() identity: Identity, @Ctx() ctx: Context) {
    return identityProvider(ctx, identity.provider);
  }
}

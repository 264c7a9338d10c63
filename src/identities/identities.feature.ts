import type { Feature } from '../feature.js';
import { IdentitiesResolver } from './identities.resolver.js';
import { identityLinked } from './identity-linked.mail.js';
import { identityUnlinked } from './identity-unlinked.mail.js';
import { Identity } from './identity.entity.js';
import { ProviderAttempt } from './provider-attempt.entity.js';
import { UsedLogoutToken } from './used-logout-token.entity.js';
import { UserIdentitiesResolver } from './user-identities.resolver.js';

export const identities: Feature = {
  name: 'identities',
  entities: [Identity, ProviderAttempt, UsedLogoutToken],
  resolvers: [IdentitiesResolver, UserIdentitiesResolver],
  mails: [identityLinked, identityUnlinked],
  retention: [
    // A challenge may still refer to one that has expired.
    { table: 'provider_attempts', where: 'expires_at < ?', after: 86_400_000 },
    { table: 'used_logout_tokens', key: 'digest', where: 'expires_at < ?', after: 0 },
  ],
};

import type { Feature } from '../feature.js';
import { IdentitiesResolver } from './identities.resolver.js';
import { identityLinked } from './identity-linked.mail.js';
import { identityUnlinked } from './identity-unlinked.mail.js';
import { Identity } from './identity.entity.js';
import { ProviderAttempt } from './provider-attempt.entity.js';
import { ProviderLogout } from './provider-logout.entity.js';
import { UserIdentitiesResolver } from './user-identities.resolver.js';
import { identityData } from './personal-data.js';

export const identities: Feature = {
  name: 'identities',
  entities: [Identity, ProviderAttempt, ProviderLogout],
  resolvers: [IdentitiesResolver, UserIdentitiesResolver],
  mails: [identityLinked, identityUnlinked],
  retention: [
    // A challenge may still refer to one that has expired.
    { table: 'provider_attempts', where: 'expires_at < ?', after: 86_400_000 },
    // Longer than an attempt, a logout token and a security event token (providers/security-events.ts) can be used.
    { table: 'provider_logouts', key: 'digest', where: 'received_at < ?', after: 8 * 86_400_000 },
  ],
  personalData: identityData,
};

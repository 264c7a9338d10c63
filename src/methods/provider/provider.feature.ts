import { ChallengePurpose } from '../../challenges/challenge.entity.js';
import type { Feature } from '../../feature.js';
import { callbackRoute } from './callback.route.js';
import { formCallbackRoute } from './form-callback.route.js';
import { linkIdentityCode } from './link-identity-code.mail.js';
import { providerLogoutRoute } from './provider-logout.route.js';
import { securityEventsRoute } from './security-events.route.js';
import { ProviderResolver } from './provider.resolver.js';
import { startRoute } from './start.route.js';

export const provider: Feature = {
  name: 'provider',
  resolvers: [ProviderResolver],
  mails: [linkIdentityCode],
  codeMails: [{ purpose: ChallengePurpose.LINK_IDENTITY, mail: linkIdentityCode, link: null }],
  routes: [startRoute, callbackRoute, formCallbackRoute, providerLogoutRoute, securityEventsRoute],
};

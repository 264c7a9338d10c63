import type { Feature } from '../feature.js';
import { introspectRoute } from './introspect.route.js';
import { metadataRoute, discoveryRoute, resourceMetadataRoute } from './metadata.route.js';
import { revocationsRoute } from './revocations.route.js';
import { revokeRoute } from './revoke.route.js';
import { tokenRoute } from './token.route.js';
import { verifyPathRoute, verifyRoute } from './verify-token.route.js';

/** For services that receive our access tokens (OAuth's resource servers). */
export const resourceServers: Feature = {
  name: 'resource-servers',
  routes: [
    tokenRoute,
    introspectRoute,
    revokeRoute,
    verifyRoute,
    verifyPathRoute,
    revocationsRoute,
    metadataRoute,
    discoveryRoute,
    resourceMetadataRoute,
  ],
};

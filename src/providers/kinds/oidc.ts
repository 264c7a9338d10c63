import type { OpenIdKind } from '../kind.js';

/** Any provider with OpenID Connect Discovery. */
export const oidc: OpenIdKind = {
  protocol: 'openid',
  issuer: ({ issuer }) => issuer ?? '',
  scopes: ['openid', 'email', 'profile'],
};

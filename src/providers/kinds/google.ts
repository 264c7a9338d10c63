import type { OpenIdKind } from '../kind.js';

export const google: OpenIdKind = {
  protocol: 'openid',
  issuer: ({ issuer }) => issuer ?? 'https://accounts.google.com',
  // Google documents both issuers.
  signsAs: ({ iss }, issuer) => (iss === 'accounts.google.com' ? iss : issuer),
  scopes: ['openid', 'email', 'profile'],
  offline: { access_type: 'offline', prompt: 'consent' },
  domains: ['gmail.com', 'googlemail.com'],
  // Google hosts the mail of a Workspace domain. Other addresses of Google accounts were verified once, and may have changed hands.
  ownsDomain: ({ hd }, domain) => typeof hd === 'string' && hd.toLowerCase() === domain,
};

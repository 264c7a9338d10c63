import type { OpenIdKind } from '../kind.js';

export const slack: OpenIdKind = {
  protocol: 'openid',
  issuer: ({ issuer }) => issuer ?? 'https://slack.com',
  scopes: ['openid', 'email', 'profile'],
};

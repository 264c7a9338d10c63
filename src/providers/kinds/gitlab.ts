import type { OpenIdKind } from '../kind.js';

/** gitlab.com or a self-managed GitLab. */
export const gitlab: OpenIdKind = {
  protocol: 'openid',
  issuer: ({ issuer }) => issuer ?? 'https://gitlab.com',
  scopes: ['openid', 'email', 'profile'],
};

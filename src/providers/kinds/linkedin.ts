import type { Claims, OauthKind } from '../kind.js';

/**
 * LinkedIn calls it OpenID Connect, but its ID tokens have no nonce, and a `code_verifier` is answered with `invalid_client`. So the
 * address comes from its userinfo endpoint, and the code is bound to the browser by `state` alone.
 */
export const linkedin: OauthKind = {
  protocol: 'oauth',
  endpoints: () => ({
    issuer: 'https://www.linkedin.com/oauth',
    authorization: 'https://www.linkedin.com/oauth/v2/authorization',
    token: 'https://www.linkedin.com/oauth/v2/accessToken',
    api: 'https://api.linkedin.com/v2',
  }),
  withoutPkce: true,
  authenticate: 'secret-in-body',
  scopes: ['openid', 'email', 'profile'],
  async ask(get, { api }) {
    const claims = (await get(`${api}/userinfo`)) as Claims;
    return { ...claims, locale: localeIn(claims['locale']) };
  },
};

/** `{ language: 'en', country: 'US' }`, or a text. */
function localeIn(locale: unknown): unknown {
  if (typeof locale !== 'object' || locale === null) return locale;
  const { language, country } = locale as { language?: unknown; country?: unknown };
  return [language, country].filter((part) => typeof part === 'string').join('-');
}

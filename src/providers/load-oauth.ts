/**
 * OAuth 2.0 and OpenID Connect, by the library beneath openid-client: that one expects one issuer of a server (Apple signs as two,
 * Microsoft as one for each tenant), and cannot verify an ID token again with new keys once its code is used. It is loaded with the
 * first sign-in by a provider; a test holds that a start does without.
 */
export const loadOauth = () => import('oauth4webapi');

export type Oauth = Awaited<ReturnType<typeof loadOauth>>;

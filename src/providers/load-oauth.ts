/**
 * OAuth 2.0 and OpenID Connect, by the library beneath openid-client: that one expects a single issuer per server (Apple signs as two,
 * Microsoft as one for each tenant), and cannot verify an ID token again with new keys once its code is used. It is loaded with the first
 * sign-in by a provider; a test checks that a start does not load it.
 */
export const loadOauth = () => import('oauth4webapi');

export type Oauth = Awaited<ReturnType<typeof loadOauth>>;

import type { ProviderSettings } from '../config/provider-settings.js';

/** What a provider says of a person, in the words of OpenID Connect Core §5.1. Values are as they came: nothing may be believed of their types. */
export type Claims = Readonly<Record<string, unknown>>;

/** What is particular to one kind of provider; `open-id-provider.ts` and `oauth-provider.ts` do the rest. */
export type Kind = OpenIdKind | OauthKind;

export interface AnyKind {
  /** What is asked for unless a setting says otherwise: no more than the address and the name need. */
  scopes: readonly string[];
  /** Added to the authorization request. */
  parameters?: Readonly<Record<string, string>>;
  /** Added where a setting keeps the tokens: without it there is no refresh token. */
  offline?: Readonly<Record<string, string>>;
  /** Domains that it gives out addresses of itself. */
  domains?: readonly string[];
  /** The same for domains that only the claims tell. */
  ownsDomain?(claims: Claims, domain: string): boolean;
  /** How the client authenticates itself to the token endpoint, where the metadata do not say it. */
  authenticate?: 'secret-in-header' | 'secret-in-body';
}

/** OpenID Connect by discovery. */
export interface OpenIdKind extends AnyKind {
  protocol: 'openid';
  issuer(settings: ProviderSettings): string;
  /** Whether its metadata may name this issuer; unless given, it must be the one that is configured. */
  namesItself?(issuer: string, configured: string): boolean;
  /** The issuer that an ID token must have; unless given, that of the metadata. `claims` are not verified yet. */
  signsAs?(claims: Claims, metadataIssuer: string): string;
  /** The issuer that an identity is kept under; unless given, that of the metadata. */
  issuerOf?(claims: Claims): string;
  /** The secret of one exchange, in place of a fixed one. */
  clientSecret?(settings: ProviderSettings, now: Date): string;
  /** The verified claims, in OpenID's words where its own differ. `answer` is not signed: it may give a name, and nothing else. */
  translate?(claims: Claims, answer: URLSearchParams): Claims;
}

/** Plain OAuth 2.0: the provider signs nothing, and who it was is asked of its API with the access token. */
export interface OauthKind extends AnyKind {
  protocol: 'oauth';
  endpoints(settings: ProviderSettings): OauthEndpoints;
  /** It refuses what it does not know, PKCE among it. */
  withoutPkce?: true;
  /** Scopes are separated by it; a space unless given. */
  separator?: string;
  /** Asks the API, and answers in OpenID's words. `get` gives the body of an address of the provider. */
  ask(get: (url: string) => Promise<unknown>, endpoints: OauthEndpoints): Promise<Claims>;
}

export interface OauthEndpoints {
  /** Half of the key of an identity. */
  issuer: string;
  authorization: string;
  token: string;
  api: string;
}

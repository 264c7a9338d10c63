import type { ProviderSettings } from '../config/provider-settings.js';

/** What a provider says about a user, by the claim names of OpenID Connect Core §5.1. Values are unchecked: they may have any type. */
export type Claims = Readonly<Record<string, unknown>>;

/** The specifics of one kind of provider; `open-id-provider.ts` and `oauth-provider.ts` do the rest. */
export type Kind = OpenIdKind | OauthKind;

export interface AnyKind {
  /** The scopes requested unless a setting says otherwise: no more than the address and the name need. */
  scopes: readonly string[];
  /** Added to the authorization request. */
  parameters?: Readonly<Record<string, string>>;
  /** Added if a setting stores the tokens: without it there is no refresh token. */
  offline?: Readonly<Record<string, string>>;
  /** Domains whose addresses it issues itself. */
  domains?: readonly string[];
  /** The same for domains known only from the claims. */
  ownsDomain?(claims: Claims, domain: string): boolean;
  /** How the client authenticates to the token endpoint, if the metadata do not say. */
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
  /** The issuer that an identity is stored under; unless given, that of the metadata. */
  issuerOf?(claims: Claims): string;
  /** Whether identities are stored under this issuer; unless given, only under the configured one. */
  keepsUnder?(issuer: string, configured: string): boolean;
  /** Whether an identity can have this subject; unless given, any. */
  isSubject?(subject: string): boolean;
  /** The client secret for one exchange, in place of a fixed one. */
  clientSecret?(settings: ProviderSettings, now: Date): string;
  /** Renames its own claims to OpenID's. `answer` is not signed: it may supply a name, and nothing else. */
  translate?(claims: Claims, answer: URLSearchParams): Claims;
}

/** Plain OAuth 2.0: the provider signs nothing; its API, called with the access token, says who the user is. */
export interface OauthKind extends AnyKind {
  protocol: 'oauth';
  endpoints(settings: ProviderSettings): OauthEndpoints;
  /** It refuses unknown parameters, including those of PKCE. */
  withoutPkce?: true;
  /** Scopes are separated by it; a space unless given. */
  separator?: string;
  /** Calls the API, and returns OpenID's claims. `get` returns the body at an address of the provider. */
  ask(get: (url: string) => Promise<unknown>, endpoints: OauthEndpoints): Promise<Claims>;
}

export interface OauthEndpoints {
  /** Together with the subject, the key of an identity. */
  issuer: string;
  authorization: string;
  token: string;
  api: string;
}

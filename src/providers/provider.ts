/** An identity provider that this server is configured for. Each kind is one file of this folder; `kinds.ts` lists them. */
export interface Provider {
  /** As in PROVIDERS: google, github, acme. */
  id: string;
  /** For people. */
  name: string;
  /** Where to send the browser. Throws a `ProviderError`. */
  authorizationUrl(attempt: Attempt): Promise<URL>;
  /**
   * Trades the code of a callback, and verifies all that the provider says. `answer` holds the parameters of the callback, of its
   * query or of its form. Throws a `ProviderError`.
   */
  profile(answer: URLSearchParams, attempt: Attempt): Promise<ProviderProfile>;
  /**
   * Where the browser ends the session at the provider (OpenID Connect RP-Initiated Logout 1.0); null if it has no such address. `returnTo`
   * is registered there. Throws a `ProviderError`.
   */
  logoutUrl(returnTo: string | null): Promise<URL | null>;
  /**
   * Verifies that the provider has ended sessions, and which (OpenID Connect Back-Channel Logout 1.0). Throws a `ProviderError`. Null for
   * a kind without OpenID Connect.
   */
  verifyLogoutToken: ((token: string) => Promise<LogoutToken>) | null;
  /**
   * Verifies a security event token of the provider's transmitter, and tells which sessions have to end. Throws a `ProviderError`. Null
   * where SSF_TRANSMITTERS has none.
   */
  verifySecurityEvents: ((token: string) => Promise<LogoutToken[]>) | null;
}

/** Of subject and sid there is one at least. */
export interface LogoutToken {
  /** What the identity is kept under. */
  issuer: string;
  /** The person's; null: that of the session alone counts. */
  subject: string | null;
  /** The session at the provider; null: all sessions of the person. */
  sid: string | null;
  /** No other token of the issuer has it. */
  jti: string;
}

/** What one sign-in sends to the provider, and compares with what comes back. */
export interface Attempt {
  /** Our callback of this provider, and of no other (mix-up, RFC 9700 §4.4). */
  callbackUrl: string;
  state: string;
  /** Compared with the ID token's. */
  nonce: string;
  /** PKCE, between us and the provider (RFC 7636). */
  codeVerifier: string;
}

/** What a provider says of the person, verified. */
export interface ProviderProfile {
  /** With the subject the key of the identity: never the address. */
  issuer: string;
  subject: string;
  /** In the form in which we keep addresses; null if there is none, or none that we could keep. */
  email: string | null;
  /** The provider says that it has verified the address: `true` or `"true"`, and nothing else. */
  emailVerified: boolean;
  /** A setting says that its word on any address is believed. Not enough to link without asking. */
  trusted: boolean;
  /** The provider gives out addresses of this domain itself, or a setting says that it is believed: only then it links by the address. */
  authoritative: boolean;
  displayName: string | null;
  /** A BCP 47 tag. */
  locale: string | null;
  pictureUrl: string | null;
  /** The session at the provider, by which it can end those that began with it; null if it names none. */
  sid: string | null;
  /** RFC 8176. Empty unless a setting trusts the provider for it. */
  amr: readonly string[];
  /** Null unless a setting keeps them. */
  tokens: ProviderTokens | null;
}

export interface ProviderTokens {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: Date | null;
  scope: string | null;
}

/** The provider gave no profile. What it said is for the operator's log alone: text from outside never reaches a page. */
export class ProviderError extends Error {
  override name = 'ProviderError';

  constructor(
    /** denied: the person said no. unavailable: no answer, or none in time. failed: an answer that cannot be believed. */
    readonly reason: 'denied' | 'unavailable' | 'failed',
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

/** What the gateway brings of it. */
export interface ProviderServices {
  providers: Providers;
}

export interface Providers {
  /** In the order of the setting. */
  all: readonly Provider[];
  named(id: string): Provider | undefined;
}

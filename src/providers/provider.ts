/** A configured identity provider. Each kind is a file in `kinds/`; `kinds.ts` lists them. */
export interface Provider {
  /** The id in PROVIDERS: google, github, acme. */
  id: string;
  /** The name that users see. */
  name: string;
  /** Where to send the browser. Throws a `ProviderError`. */
  authorizationUrl(attempt: Attempt): Promise<URL>;
  /**
   * Exchanges the code of a callback, and verifies everything that the provider says. `answer` holds the parameters of the callback's query
   * or form. Throws a `ProviderError`.
   */
  profile(answer: URLSearchParams, attempt: Attempt): Promise<ProviderProfile>;
  /**
   * Where the browser ends the session at the provider (OpenID Connect RP-Initiated Logout 1.0); null if it has no such address. `returnTo`
   * is registered there. Throws a `ProviderError`.
   */
  logoutUrl(returnTo: string | null): Promise<URL | null>;
  /**
   * Verifies a logout token and returns which sessions have ended (OpenID Connect Back-Channel Logout 1.0). Throws a `ProviderError`. Null
   * for a kind without OpenID Connect.
   */
  verifyLogoutToken: ((token: string) => Promise<LogoutToken>) | null;
  /**
   * Verifies a security event token of the provider's transmitter, and returns which sessions have to end. Throws a `ProviderError`. Null
   * if SSF_TRANSMITTERS has none.
   */
  verifySecurityEvents: ((token: string) => Promise<LogoutToken[]>) | null;
}

/** At least one of subject and sid is given. */
export interface LogoutToken {
  /** The issuer that the identity is stored under. */
  issuer: string;
  /** The user's subject; null: only the session at the provider counts. */
  subject: string | null;
  /** The session at the provider; null: all sessions of the user. */
  sid: string | null;
  /** Unique among the issuer's tokens. */
  jti: string;
}

/** What one sign-in sends to the provider, and compares with what comes back. */
export interface Attempt {
  /** Our callback for this provider, and no other (mix-up, RFC 9700 §4.4). */
  callbackUrl: string;
  state: string;
  /** Compared with the ID token's. */
  nonce: string;
  /** PKCE, between us and the provider (RFC 7636). */
  codeVerifier: string;
}

/** The verified profile of a user. */
export interface ProviderProfile {
  /** Together with the subject the key of the identity, which is never the address. */
  issuer: string;
  subject: string;
  /** In our stored form; null if there is none, or none that we could store. */
  email: string | null;
  /** The provider says that it has verified the address: `true` or `"true"`, and nothing else. */
  emailVerified: boolean;
  /** A setting trusts the provider for every address. Not enough to link without asking. */
  trusted: boolean;
  /** The provider issues addresses of this domain itself, or a setting says that it is authoritative: only then the address links. */
  authoritative: boolean;
  displayName: string | null;
  /** A BCP 47 tag. */
  locale: string | null;
  pictureUrl: string | null;
  /** The session at the provider, with which the provider can end ours; null if it names none. */
  sid: string | null;
  /** RFC 8176. Empty unless a setting trusts the provider for it. */
  amr: readonly string[];
  /** Null unless a setting stores them. */
  tokens: ProviderTokens | null;
}

export interface ProviderTokens {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: Date | null;
  scope: string | null;
}

/** The provider returned no profile. Its message is for the operator's log alone: text from outside never reaches a page. */
export class ProviderError extends Error {
  override name = 'ProviderError';

  constructor(
    /** denied: the user cancelled. unavailable: no answer, or none in time. failed: an answer that cannot be trusted. */
    readonly reason: 'denied' | 'unavailable' | 'failed',
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

/** The services of the gateway for providers. */
export interface ProviderServices {
  providers: Providers;
}

export interface Providers {
  /** In the order of the setting. */
  all: readonly Provider[];
  named(id: string): Provider | undefined;
}

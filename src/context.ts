import type { EntityManager } from '@mikro-orm/postgresql';
import type DataLoader from 'dataloader';
import type { Config } from './config/config.js';
import type { ApiKey } from './api-keys/api-key.entity.js';
import type { ApiKeyServices } from './api-keys/check-api-key.js';
import type { AvatarServices } from './avatars/encode-picture.js';
import type { ErrorCode } from './errors.js';
import type { AccessTokenClaims } from './keys/access-token.js';
import type { ChallengeServices } from './challenges/mail-code.js';
import type { Factor } from './methods/factor.js';
import type { MethodServices } from './methods/method.js';
import type { Identity } from './identities/identity.entity.js';
import type { KeyServices } from './keys/keys.js';
import type { DataExport } from './data-exports/data-export.entity.js';
import type { DelayPolicy, WindowPolicy } from './limit-policies.js';
import type { PasswordServices } from './passwords/policy.js';
import type { Clock } from './platform/clock.js';
import type { Sql } from './platform/database.js';
import type { GuardedFetch } from './platform/guarded-fetch.js';
import type { Jobs } from './platform/jobs/jobs.js';
import type { Limits } from './platform/limits.js';
import type { Log } from './platform/log.js';
import type { Metrics } from './platform/metrics.js';
import type { PersonalData } from './platform/personal-data.js';
import type { RequestRows } from './platform/request-rows.js';
import type { ProviderServices } from './providers/provider.js';
import type { Storage } from './platform/storage.js';
import type { RevocationFeedServices } from './revocations/feed.js';
import type { Texts } from './platform/texts.js';
import type { RevocationServices } from './revocations/revocations.js';
import type { Role } from './roles/role.entity.js';
import type { MachineServices } from './service-accounts/create-service-accounts.js';
import type { ServiceAccountSecret } from './service-accounts/service-account-secret.entity.js';
import type { ServiceAccount } from './service-accounts/service-account.entity.js';
import type { Session } from './sessions/session.entity.js';
import type { SignedCallServices } from './sign-in/signed-calls.js';
import type { LongPollServices } from './shared-signals/long-polls.js';
import type { SessionPrincipal, SessionServices } from './sessions/principals.js';
import type { User } from './users/user.entity.js';
import type { WebhookAttempt } from './webhooks/webhook-attempt.entity.js';

/** Who is asking. Never null. */
export type Actor = Anonymous | AuthenticatedUser | Machine;

export interface Anonymous {
  kind: 'anonymous';
  /** The code of the refusal where a user is required: there was no token, or what is wrong with it. */
  problem: Extract<
    ErrorCode,
    'UNAUTHENTICATED' | 'TOKEN_EXPIRED' | 'TOKEN_REVOKED' | 'TOKEN_INVALID' | 'API_KEY_REVOKED'
  >;
}

export interface AuthenticatedUser {
  kind: 'user';
  userId: string;
  /** With an API key, the id of the key. */
  sessionId: string;
  permissions: ReadonlySet<string>;
  /** The administrator who acts as the user; null if none does. */
  impersonatorId: string | null;
  claims: AccessTokenClaims;
}

/** A program that acts for no user: a service account, by an access token. */
export interface Machine {
  kind: 'machine';
  serviceAccountId: string;
  permissions: ReadonlySet<string>;
  claims: AccessTokenClaims;
}

/** The services of the platform. */
interface PlatformServices {
  config: Config;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  sql: Sql;
  limits: Limits<WindowPolicy, DelayPolicy>;
  jobs: Jobs;
  storage: Storage;
  guardedFetch: GuardedFetch;
  texts: Texts;
  /** From all features. */
  personalData: readonly PersonalData[];
}

/** The services of one process, created once by the gateway. Each noun declares its own. */
export interface Services
  extends
    PlatformServices,
    KeyServices,
    ApiKeyServices,
    PasswordServices,
    ChallengeServices,
    MethodServices,
    ProviderServices,
    RevocationServices,
    RevocationFeedServices,
    LongPollServices,
    SessionServices,
    MachineServices,
    SignedCallServices,
    AvatarServices {}

export interface CookieValue {
  value: string;
  expiresAt: Date;
}

export type CookieName = 'refresh' | 'device' | 'provider';

/** The contents of the header Cookie, and whether they may be used. */
export interface CookieFacts {
  /** The refresh token of the cookie. Null too where it is disputed. */
  refreshCookie: string | null;
  /** Shows which accounts have signed in on this device (sign-in/device-cookie.ts). Null too where it is disputed. */
  deviceCookie: string | null;
  /** Binds sign-ins by identity providers to this browser (methods/provider/browser-cookie.ts). Null too where it is disputed. */
  providerCookie: string | null;
  /** It came under a name that a sibling host could plant (sessions/former-cookie.ts). */
  refreshCookieIsFormer: boolean;
  /** Cookies with several values. A sibling host can plant one (`Domain=`): none is trusted, and none cleared. */
  disputedCookies: readonly CookieName[];
  /** Cookies under the names they had before the prefix `__Host-`. */
  formerCookies: readonly CookieName[];
  /** A cookie came from a page that may not use it, or no header says from which page (CSRF). */
  foreignOrigin: 'another' | 'unnamed' | null;
}

/** The facts of one HTTP request. */
export interface RequestFacts extends CookieFacts {
  id: string;
  ipAddress: string;
  userAgent: string | null;
  /** The value of the header Router-Authorization. */
  routerSecret: string | null;
  /** The application of APP_URLS that the request's header names. Null: it names none. */
  app: string | null;
  /** The header names an application that is not in APP_URLS. */
  appIsUnknown: boolean;
}

/** What an operation may need. No verb takes all of it: each names its part, `Needs<'em' | 'clock'>`. */
export interface Context extends Services {
  /** A fork of its own for each request. */
  em: EntityManager;
  request: RequestFacts;
  /** The token is checked, and the blocklist asked, when this is first called; at most once per request. */
  actor(): Promise<Actor>;
  /** The same if it is known already, without a promise. */
  knownActor(): Actor | undefined;
  /**
   * The holder of the token, which is genuine and not denied. Only for an operation whose own statement checks whether the token is still
   * trusted, as `logout` does: it avoids checking that twice.
   */
  bearer(): Promise<Actor>;
  /** The user id in the request's access token, be it valid, expired or revoked. A reason to refuse, never to allow. */
  bearerUserId(): string | null;
  /** From here on the request acts as the user who has just signed in. */
  actAs(person: AuthenticatedUser): void;
  /** The signed-in user's row with roles: one statement per request, however many fields need it. */
  self(): Promise<SessionPrincipal | null>;
  /** Sets the refresh cookie; null clears it. After a sign-out use `clearRefreshCookie`, which first checks whose it is. */
  setRefreshCookie(cookie: CookieValue | null): void;
  setDeviceCookie(cookie: CookieValue): void;
  setProviderCookie(cookie: CookieValue): void;
  loaders: Loaders;
  /** How many rows of lists the request may still read and answer (api/graphql/paid-lists.ts). */
  pages: RequestRows;
}

/** Batched reads: one statement for all parents in a request. */
export interface Loaders {
  userById: DataLoader<string, User | null>;
  userEvenDeleted: DataLoader<string, User | null>;
  rolesOfUser: DataLoader<string, Role[]>;
  factorsOfUser: DataLoader<string, Factor[]>;
  recoveryCodesLeft: DataLoader<string, number>;
  identitiesOfUser: DataLoader<string, Identity[]>;
  sessionsOfUser: DataLoader<string, Session[]>;
  apiKeysOfUser: DataLoader<string, ApiKey[]>;
  dataExportsOfUser: DataLoader<string, DataExport[]>;
  sessionById: DataLoader<string, Session | null>;
  roleByName: DataLoader<string, Role | null>;
  serviceAccountById: DataLoader<string, ServiceAccount | null>;
  rolesOfServiceAccount: DataLoader<string, Role[]>;
  secretsOfServiceAccount: DataLoader<string, ServiceAccountSecret[]>;
  hasPassword: DataLoader<string, boolean>;
  attemptsOfDelivery: DataLoader<string, WebhookAttempt[]>;
}

export type Needs<Name extends keyof Context> = Pick<Context, Name>;

// What several operations need together: `Needs<Transaction | Mailing>`.

/** To change rows, and to record that in the audit log, in one transaction. */
export type Transaction = 'em' | 'clock' | 'request';

/** To put a mail into that transaction. */
export type Mailing = 'clock' | 'jobs' | 'mailKey';

/** To mail the code of a new challenge. */
export type CodeMailing = Mailing | 'config' | 'keys' | 'codeMails' | 'request';

/** To verify the answer to a challenge. */
export type CodeChecking = Mailing | 'em' | 'sql' | 'config' | 'keys' | 'limits' | 'passwords' | 'request' | 'methods';

/** To check whether the signed-in user has authenticated recently. */
export type RecentlyAuthenticated = 'actor' | 'clock' | 'config' | 'sql' | 'methods';

/** To administer, in the transaction that checks the administrator's rights again. */
export type Administering = Transaction | RecentlyAuthenticated;

/** To ask the signed-in user for their password once more, or for a recent authentication. */
export type Reauthenticating = 'em' | RecentlyAuthenticated | 'limits' | 'passwords';

/** To start a session for a user, issue its tokens, and report a new device by mail. */
export type SigningIn =
  | Transaction
  | CodeMailing
  | 'sql'
  | 'limits'
  | 'methods'
  | 'providers'
  | 'hooks'
  | 'actAs'
  | 'loaders'
  | 'setRefreshCookie'
  | 'setDeviceCookie';

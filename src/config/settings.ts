import { z } from 'zod';
import { type App, appsOf, judgeApps } from './apps.js';
import { judgeKeys, type KeySettings, keySettings } from './key-settings.js';
import { type Camel, camel } from './camel.js';
import { judgeClaims } from './claim-settings.js';
import { judgeLifetimes } from './lifetimes.js';
import { judgeListeners, type ListenerSettings, listenerSettings } from './listener-settings.js';
import { judgeMailLinks, type MailLinks } from './mail-links.js';
import { judgePasskeys, passkeySettings } from './passkey-settings.js';
import { type ProviderSettings, readProviders } from './provider-settings.js';
import { judgeRedirectUris } from './redirect-uris.js';
import { judgeSignedCalls } from './signed-call-settings.js';
import { judgeTestAddresses } from './test-addresses.js';
import {
  anyOf,
  appUrls,
  claimsTemplate,
  color,
  databaseUrl,
  domain,
  duration,
  durationOrOff,
  emailAddress,
  factor,
  hstsMaxAge,
  linkTemplate,
  logoUrl,
  mailFrom,
  names,
  networks,
  oneOf,
  origins,
  passkeyOrigins,
  providerIds,
  publicUrl,
  redirectUris,
  redisUrl,
  resourceServers,
  rotated,
  secret,
  serviceName,
  sharedSecret,
  someOf,
  storageUrl,
  testAddresses,
  text,
  transmitters,
  trustProxy,
  url,
  webhookSecret,
  whole,
  workers,
} from './setting-kinds.js';
import { withSecretFiles } from './secret-files.js';
import { type Setting, secretSetting, setting } from './setting.js';
import { TRACE_SETTINGS } from './trace-settings.js';
import { unfitForProduction } from './unfit-for-production.js';

/** Thrown when settings are missing or wrong: one sentence for each, all of them together. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** What a command cannot do, in a sentence that says why and what to do instead. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** Every environment variable there is. .env_example is printed from this table. */
// oxfmt-ignore
export const SETTINGS = {
  NODE_ENV: setting(oneOf('development', 'test', 'production'), 'development', 'development, test or production. Production refuses what is only fit for a laptop.'),
  PORT: setting(whole(0, 65_535), '4000', 'Where it listens.'),
  HOST: setting(text.optional(), undefined, 'The address it listens on. Unless set, 127.0.0.1, and in production 0.0.0.0.'),
  WORKERS: setting(workers, '1', 'How many processes serve the port; auto: one for each core. Each has connections of its own, and without Redis counts limits alone.'),
  TLS_CERT: setting(text.optional(), undefined, 'A file with the certificate and its chain, in PEM: PORT then speaks https alone. Read again when it changes, without a restart. Unless set, TLS ends in front of the server. docs/deployment.md'),
  TLS_KEY: setting(text.optional(), undefined, 'The file with its private key, in PEM.'),
  MANAGEMENT_PORT: setting(whole(0, 65_535).optional(), undefined, 'A port of its own for /health/live, /health/ready and /metrics, which PORT then does not answer, and for routers, unless COPROCESSOR_HOST, COPROCESSOR_PORT or COPROCESSOR_SOCKET is set. Plain http, for your own machines alone. docs/deployment.md'),
  MANAGEMENT_HOST: setting(text.optional(), undefined, 'The address it listens on; 127.0.0.1 unless set.'),
  PUBLIC_URL: setting(publicUrl.optional(), undefined, 'Where people reach it: issuer of the tokens, links in mails, cookie scope. http://localhost:PORT (https where TLS_CERT is set) unless set; https in production.'),
  APP_URL: setting(url('http:', 'https:').transform((value) => new URL(value).href).optional(), undefined, 'Where people sign in to your application: the links of sign-in mails, and the pages behind other links, lead there. In production https, or localhost.'),
  APP_URLS: setting(appUrls, '', 'In place of APP_URL where there are several applications: a name and an address for each, comma-separated: web=https://app.example.com/sign-in,admin=https://admin.example.com. A frontend sends its name in the header X-Sallyport-App; the first is for those that send none. docs/branding.md says what follows from it.'),
  MAIL_LINK_VERIFY: setting(linkTemplate('challenge', 'code').optional(), undefined, 'A page of your application in place of ours, for the link that verifies an address: /verify#challenge={challenge}&code={code}, a path of the application that asks or a whole address whose origin APP_URL or APP_URLS has. docs/branding.md says what such a page must do.'),
  MAIL_LINK_RESET: setting(linkTemplate('challenge', 'code').optional(), undefined, 'The same for the link that resets a password.'),
  MAIL_LINK_INVITATION: setting(linkTemplate('challenge', 'code').optional(), undefined, 'The same for the link of an invitation, by which a user chooses the first password.'),
  MAIL_LINK_SIGN_IN: setting(linkTemplate('challenge', 'code').optional(), undefined, 'The same for the link of a sign-in mail. Unless set, APP_URL with #challenge=…&code=….'),
  MAIL_LINK_UNDO: setting(linkTemplate('change').optional(), undefined, 'The same for the link that takes a change of address back: /undo#change={change}.'),
  DATABASE_URL: secretSetting(databaseUrl.optional(), undefined, 'PostgreSQL, e.g. postgres://user:password@localhost:5432/sallyport. Append ?sslmode=verify-full when the network in between is not yours; ?host=/run/postgresql names a socket. A pooler in between must pool by session. Without it the embedded database is used (not in production).'),
  DATABASE_POOL: setting(whole(2, 1000), '10', 'The most connections one process opens to PostgreSQL (the job queue has two more).'),
  DATA_DIR: setting(text, '.data', 'The folder of the embedded database, and of stored files unless STORAGE_URL is set.'),
  STORAGE_URL: secretSetting(storageUrl.optional(), undefined, 'Where pictures are kept: file:/a/folder, or s3://KEY:SECRET@host/bucket?region=eu-central-1 for S3, MinIO and their like (tls=off for http). Several machines need one that they share. Unless set, the folder storage in DATA_DIR. docs/pictures.md has examples.'),
  STORAGE_PUBLIC_URL: setting(publicUrl.transform((value) => value.replace(/\/+$/, '')).optional(), undefined, 'What the addresses of pictures begin with where a CDN or the bucket itself answers them: https://cdn.example.com gives https://cdn.example.com/avatars/…. PUBLIC_URL unless set.'),
  MIGRATIONS: setting(oneOf('auto', 'manual'), 'auto', 'auto: pending migrations run at start, one process at a time. manual: npm run migration:up.'),
  REDIS_URL: secretSetting(redisUrl.optional(), undefined, 'Redis: redis://…, rediss://…, redis+sentinel://host:26379/name, or a comma-separated list of cluster nodes. Memory without it.'),
  REDIS_PREFIX: setting(text, 'sallyport:', 'What every Redis key begins with.'),
  SMTP_URL: secretSetting(url('smtp:', 'smtps:').optional(), undefined, 'smtp://user:password@host:587 or smtps://… . Without it mail goes to the dev mailbox; in production it waits in the queue until this is set.'),
  SMTP_CONNECTIONS: setting(whole(2, 100), '10', 'How many mails one process sends at once, each over a connection of its own. Half of them are kept for codes.'),
  MAIL_FROM: setting(mailFrom, 'Sallyport <no-reply@localhost>', 'The sender of every mail; must be set in production. Its display name is what mails and pages call the service, unless SERVICE_NAME is set.'),
  SERVICE_NAME: setting(serviceName.optional(), undefined, 'What mails, pages, authenticator apps and passkeys call the service. Unless set, the display name of MAIL_FROM, else the host of PUBLIC_URL.'),
  SERVICE_LOGO_URL: setting(logoUrl.optional(), undefined, 'A picture above mails and pages: https://cdn.example.com/logo.png. PNG, at least 80 pixels high; mail programs show no SVG.'),
  SERVICE_COLOR: setting(color.optional(), undefined, 'The colour of buttons and links, as #rrggbb. What is written on it is black or white, and links are made darker or lighter until they can be read.'),
  SUPPORT_EMAIL: setting(emailAddress.optional(), undefined, 'Where people may write to: at the end of every mail and page.'),
  TEXTS_DIR: setting(text.optional(), undefined, 'A folder with one JSON file for each language, such as pt.json, whose phrases take the place of ours in mails, pages and refusals: docs/branding.md. npm run texts prints what there is.'),
  KEYS_DIR: setting(text.optional(), undefined, 'A folder with the signing keys in files: jwt.key and jwt.key.pub, and further *.key.pub that are to be trusted; npm run keys makes them. Unless set, keys where it has a jwt.key, else PostgreSQL has the keys. off: PostgreSQL in any case. docs/keys.md'),
  KEY_ROTATION: setting(durationOrOff.optional(), undefined, 'How often the signing keys in PostgreSQL are replaced; 30d unless set, 1d at least. off: only by npm run keys -- rotate.'),
  SIGNING_ALGORITHM: setting(oneOf('ES256', 'RS256').optional(), undefined, 'Of the signing keys in PostgreSQL: ES256 unless set. RS256 for services that know no other; it costs ten times as much processor time. When it changes, the next key is made, and signs an hour later.'),
  SERVER_SECRET: secretSetting(rotated(secret).optional(), undefined, 'What the signing keys in PostgreSQL, codes, derived refresh tokens, pending mails, the secrets of authenticator apps and recovery codes depend on; npm run keys -- --secret prints one. Where the keys are files it is derived from jwt.key unless set; set it so that all that outlives them. To replace it: the new one, a comma and the former one (docs/keys.md).'),
  TOKEN_AUDIENCE: setting(text.optional(), undefined, 'The aud claim of access tokens. PUBLIC_URL unless set.'),
  CLAIM_PROFILES: setting(anyOf('hasura', 'postgraphile'), '', 'Adds the claims to access tokens that these look for, comma-separated: hasura, postgraphile. docs/claims.md'),
  CLAIM_ROLE_ORDER: setting(names, 'user', 'The role that a profile names where it can name one: the first of these that the user holds, comma-separated.'),
  CLAIMS_TEMPLATE: setting(claimsTemplate.optional(), undefined, 'Claims of your own, as a JSON object: {"https://example.com/name":"{displayName}"}. docs/claims.md has the placeholders.'),
  TRUST_PROXY: setting(trustProxy, 'off', 'Which proxies are trusted to send X-Forwarded-* headers: off, a number of hops, or addresses and CIDR ranges separated by commas.'),
  CORS_ORIGINS: setting(origins, '', 'Origins of browser applications that may call with credentials, comma-separated; also of apps in a web view, such as capacitor://localhost.'),
  HSTS_MAX_AGE: setting(hstsMaxAge, '365d', 'How long browsers use https only (Strict-Transport-Security); sent when PUBLIC_URL is https. 0 makes browsers forget it. off sends no header, for when a proxy sets it.'),
  REGISTRATION: setting(oneOf('open', 'closed'), 'open', 'open or closed: whether people may open accounts themselves.'),
  EMAIL_VERIFICATION: setting(oneOf('required', 'optional'), 'required', 'required: an e-mail address is verified before the first sign-in. optional: it need not be.'),
  SIGN_IN_METHODS: setting(someOf('password', 'email-code', 'passkey'), 'password,email-code,passkey', 'How users may sign in, comma-separated: password, email-code (a one-time code by mail), passkey. Operations of the other ways are refused with FORBIDDEN; a second factor may still be a passkey.'),
  SECOND_FACTOR: setting(oneOf('optional', 'required'), 'optional', 'required: every user signs in with a second factor, and enrols one first if they have none. optional: those who have enrolled one, and those who hold a role that requires it. What demands one ends the sessions without one at their next refresh.'),
  REAUTHENTICATION_AGE: setting(duration, '5m', 'How long after the last authentication of a session sensitive operations, such as adding a second factor, are allowed without another one; 1h at most.'),
  TRUSTED_DEVICE_LIFETIME: setting(duration.or(z.literal('0').transform(() => 0)), '30d', 'How long a device is not asked for the second factor again, where the user wished so (trustDevice of verifyOtp). 0: it is always asked for.'),
  REDIRECT_URIS: setting(redirectUris, '', 'Where browsers may be sent back to after a sign-in by an identity provider, comma-separated and compared to the letter: https://app.example.com/signed-in, com.example.app:/callback. The port of http://127.0.0.1 and http://[::1] may differ. https in production, outside of localhost.'),
  PASSKEY_RP_ID: setting(domain.optional(), undefined, 'The domain that passkeys belong to (RP ID). Unless set, what the hosts of PUBLIC_URL and APP_URL both end with, such as example.com; else the host of PUBLIC_URL. Passkeys do not work under another one: do not change it later.'),
  PASSKEY_ORIGINS: setting(passkeyOrigins, '', 'Origins of pages and apps that may use passkeys, comma-separated; those outside of PASSKEY_RP_ID are named in /.well-known/webauthn. Unless set, PUBLIC_URL, APP_URL, and those of CORS_ORIGINS that are under PASSKEY_RP_ID.'),
  PROVIDERS: setting(providerIds, '', 'Identity providers that people may sign in with, comma-separated, in the order in which they are shown: google, github, acme. Each has settings of its own (PROVIDER_GOOGLE_CLIENT_ID, …): docs/providers.md.'),
  PROVIDERS_FILE: setting(text.optional(), undefined, 'A JSON file that configures further identity providers: docs/providers.md, docs/providers.schema.json.'),
  SSF_TRANSMITTERS: setting(transmitters, '', 'Identity providers whose security events (Shared Signals, RISC) end the sessions that began with them, comma-separated, each with the issuer of its transmitter: google=https://accounts.google.com,acme=https://id.example.com. docs/shared-signals.md'),
  OTP_LENGTH: setting(whole(6, 10), '7', 'Digits of a one-time code.'),
  OTP_LIFETIME: setting(duration, '10m', 'How long a one-time code can be answered; 10m at most.'),
  OTP_COOLDOWN: setting(duration, '30s', 'How long after a code was sent resendOtp is refused. What else sends codes (register, login, requestPasswordReset, requestSignInCode) has limits of its own: docs/limits.md.'),
  TEST_ADDRESSES: setting(testAddresses, '', 'For end-to-end tests, refused in production: addresses whose mailed code is always this one, comma-separated: e2e@example.com=1234567, *@e2e.example.com=1234567. A server with SMTP_URL sends them no mail. Each of these accounts is open to everyone who reaches the server: docs/frontends/testing.md.'),
  ACCESS_TOKEN_LIFETIME: setting(duration, '15m', 'How long an access token lives; 1h at most.'),
  REFRESH_GRACE: setting(duration, '10s', 'How long a used or superseded refresh token still gives the newest one of its session, for tabs that refresh at once and for lost answers; 1m at most.'),
  SESSION_IDLE_LIFETIME: setting(duration, '30d', 'A session not refreshed for this long ends.'),
  SESSION_ABSOLUTE_LIFETIME: setting(duration, '90d', 'A session ends this long after sign-in, refreshed or not.'),
  EMAIL_UNDO_LIFETIME: setting(duration, '7d', 'How long the owner of the old address can take a change of address back.'),
  DELETED_RETENTION: setting(duration, '30d', 'How long a deleted account can be restored by an administrator; then it is purged.'),
  INVITATION_LIFETIME: setting(duration, '7d', 'How long an invitation is valid. It is mailed when an administrator creates an account without a password, and SIGN_IN_METHODS has password.'),
  AUDIT_RETENTION: setting(duration, '400d', 'How long an audit event is kept.'),
  AUDIT_PERSONAL_RETENTION: setting(durationOrOff, 'off', 'How long an audit event keeps the network address and the device (User-Agent); off: as long as the event. docs/privacy.md'),
  PASSWORD_HASHER: setting(oneOf('argon2id', 'bcrypt'), 'argon2id', 'How new passwords are hashed: argon2id or bcrypt.'),
  PASSWORD_MIN_LENGTH: setting(whole(8, 128), '8', 'In characters. NIST 800-63B-4 asks for 15 where the password is the only factor.'),
  PASSWORD_MIN_STRENGTH: setting(whole(0, 4), '2', 'The zxcvbn score (0 to 4) a new password must reach.'),
  BREACHED_PASSWORDS: setting(oneOf('offline', 'hibp', 'off'), 'offline', 'offline: a list that ships with the server. hibp: also asks the range API by k-anonymity (five characters of a hash leave the server). off: neither.'),
  BREACHED_PASSWORDS_URL: setting(url('http:', 'https:').optional(), undefined, 'A mirror of the range API of Have I Been Pwned.'),
  HASH_CONCURRENCY: setting(whole(0, 64), '0', 'How many passwords are hashed at once. 0: as many as there are cores to spare.'),
  LIMITS_FACTOR: setting(factor, '1', 'Multiplies every rate limit. Above 1 production logs a warning at start.'),
  EXPLORER: setting(oneOf('on', 'off', 'auto'), 'auto', 'Sandbox, GraphiQL and introspection: on, off, or auto: on unless in production.'),
  FEDERATION_SECRET: secretSetting(rotated(sharedSecret).optional(), undefined, 'What the router must send in the header Router-Authorization to query _entities and _service. Unset, both are open in development and closed in production. Several, separated by commas, while one is replaced.'),
  FEDERATION_DIRECTIVES: setting(oneOf('off', 'tags', 'on', 'policies'), 'off', 'What the SDL tells the router of who may do what. tags: @tag(name: "admin") on what administrators use. on: also @authenticated and @requiresScopes. policies: also @policy where a recent authentication is needed. docs/federation.md'),
  RESOURCE_SERVERS: secretSetting(resourceServers, '', 'Services that may introspect tokens, read revocations and receive security events, comma-separated, each with its secret: orders=<secret>,router=<secret>. A name may stand twice while its secret is replaced. docs/verifying-tokens.md, docs/shared-signals.md'),
  WEBHOOK_NETWORKS: setting(networks, '', 'Private networks that events may be sent to, as addresses and CIDR ranges separated by commas: 10.20.0.0/16. Unless set, public addresses alone; in development also this machine, and by http. docs/webhooks.md'),
  COPROCESSOR_SECRET: secretSetting(secret.optional(), undefined, 'Answers Apollo Router and Hive Router at POST /coprocessor/<secret> of a listener of its own: it refuses revoked tokens and decides @policy. Part of an address: letters, digits and - . _ ~. Unless set, there is none. docs/federation.md'),
  COPROCESSOR_HOST: setting(text.optional(), undefined, 'The address it listens on; 127.0.0.1 unless set. Let nobody but the router reach it.'),
  COPROCESSOR_PORT: setting(whole(0, 65_535).optional(), undefined, 'The port it listens on; 4001 unless set. Where MANAGEMENT_PORT is set, and neither of these, it is answered there.'),
  COPROCESSOR_SOCKET: setting(text.optional(), undefined, 'The path of a unix socket, in place of host and port. This user and its group can open it.'),
  COPROCESSOR_ON_FAILURE: setting(oneOf('closed', 'open'), 'closed', 'What requests with a token meet while neither Redis nor PostgreSQL can say whether it is revoked. closed: they are refused (503). open: they pass.'),
  LEGACY_LOGIN_URL: setting(url('http:', 'https:').optional(), undefined, 'An address of the system that people come from, which is asked once whether the password of somebody unknown here is right; if so, the account is opened. https in production. docs/migrating/lazily.md'),
  LEGACY_LOGIN_SECRET: secretSetting(webhookSecret.optional(), undefined, 'What such a question is signed with (Standard Webhooks).'),
  HOOKS_URL: setting(url('http:', 'https:').optional(), undefined, 'An address of yours that is asked before people register or sign in, or before an access token is issued, and may refuse. https in production. docs/hooks.md'),
  HOOKS_SECRET: secretSetting(webhookSecret.optional(), undefined, 'What such a question is signed with (Standard Webhooks).'),
  HOOKS: setting(anyOf('before.register', 'before.sign-in', 'before.token'), '', 'What HOOKS_URL is asked about, comma-separated: before.register, before.sign-in, before.token.'),
  HOOKS_ON_FAILURE: setting(oneOf('refuse', 'allow'), 'refuse', 'What happens while HOOKS_URL does not answer. refuse: SERVICE_UNAVAILABLE. allow: as if it had allowed it, without further claims.'),
  METRICS_TOKEN: secretSetting(rotated(sharedSecret).optional(), undefined, 'Bearer token that /metrics asks for. Unset, /metrics answers only this machine; in production it is closed. Several, separated by commas, while one is replaced.'),
  JOBS: setting(oneOf('on', 'off'), 'on', 'on or off: whether this process also works the job queue (mail, purging).'),
  SHUTDOWN_DELAY: setting(duration.or(z.literal('0').transform(() => 0)), '0', 'How long readiness says 503 before the listener closes; in production 5s is wise behind a load balancer.'),
  ACCESS_LOG: setting(oneOf('on', 'off'), 'off', 'on: a line in the log for each request when it is over, without addresses and variables. docs/observability.md'),
  ...TRACE_SETTINGS,
  LOG_LEVEL: setting(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), 'info', 'trace, debug, info, warn, error, fatal or silent.'),
};

type SettingTable = typeof SETTINGS;
type Values = {
  [Name in keyof SettingTable as Camel<Name>]: SettingTable[Name] extends Setting<infer Value> ? Value : never;
};

/** What the rest of the program reads: camelCase of the variable's name; durations in milliseconds. */
export interface Config
  extends
    KeySettings,
    ListenerSettings,
    Omit<
      Values,
      | 'host'
      | 'publicUrl'
      | 'appUrl'
      | 'appUrls'
      | `mailLink${string}`
      | 'tokenAudience'
      | 'explorer'
      | 'passkeyRpId'
      | 'providers'
      | `key${string}`
      | 'signingAlgorithm'
      | `coprocessor${string}`
      | `management${string}`
      | `tls${string}`
    > {
  host: string;
  /** Without a trailing slash. */
  publicUrl: string;
  /** Of APP_URL or of APP_URLS; the first is for requests that name none. */
  apps: readonly App[];
  /** Templates of pages of the application. */
  mailLinks: MailLinks;
  tokenAudience: string;
  explorer: boolean;
  passkeyRpId: string;
  providers: readonly ProviderSettings[];
}

/** Reads and judges every setting at once; throws `ConfigError` with all that is wrong. */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const { env, problems } = withSecretFiles(environment, SETTINGS);
  const values: Record<string, unknown> = {};
  for (const [name, { schema, default: fallback, meaning }] of Object.entries(SETTINGS)) {
    const given = env[name]?.trim() || fallback;
    const result = schema.safeParse(given);
    if (result.success) values[camel(name)] = result.data;
    else problems.push(`${name}: ${result.error.issues[0]?.message ?? 'not valid'}. (${meaning})`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const read = values as unknown as Values;
  const production = read.nodeEnv === 'production';
  const publicUrl = (read.publicUrl ?? `${read.tlsCert ? 'https' : 'http'}://localhost:${read.port}`).replace(
    /\/+$/,
    '',
  );
  const { providers: ids, ...rest } = read;
  const apps = appsOf(read);
  const { mailLinkVerify: verify, mailLinkReset: reset, mailLinkInvitation: invitation } = read;
  const mailLinks = { verify, reset, invitation, signIn: read.mailLinkSignIn, undo: read.mailLinkUndo };
  const { providers, problems: ofProviders } = readProviders({ ...read, ids, env, production });
  const config: Config = {
    ...rest,
    apps,
    mailLinks,
    providers,
    host: read.host ?? (production ? '0.0.0.0' : '127.0.0.1'),
    publicUrl,
    tokenAudience: read.tokenAudience ?? publicUrl,
    explorer: read.explorer === 'auto' ? !production : read.explorer === 'on',
    ...passkeySettings({ ...read, apps, publicUrl }),
    ...keySettings(read),
    ...listenerSettings(read),
  };
  problems.push(
    ...judgeApps(read, { production }),
    ...judgeMailLinks(mailLinks, apps),
    ...judgePasskeys({ ...read, apps, publicUrl }),
    ...ofProviders,
    ...judgeRedirectUris(read.redirectUris, { production }),
    ...judgeTestAddresses(read.testAddresses, read),
    ...judgeKeys(read),
    ...judgeListeners(read, config),
    ...judgeSignedCalls(read, { production }),
  );
  if (production) problems.push(...unfitForProduction(config));
  if (config.workers > 1 && !config.databaseUrl && !production)
    problems.push('WORKERS: the embedded database serves one process. Set DATABASE_URL, or WORKERS=1.');
  problems.push(...judgeLifetimes(config), ...judgeClaims(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

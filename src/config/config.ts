import { type App, appsOf, validateApps } from './apps.js';
import { validateKeys, type KeySettings, keySettings } from './key-settings.js';
import { type Camel, camel } from './camel.js';
import { validateClaims } from './claim-settings.js';
import { validateLifetimes } from './lifetimes.js';
import { type LimitSettings, readLimits } from './limit-settings.js';
import { validateListeners, type ListenerSettings, listenerSettings } from './listener-settings.js';
import { validateMailLinks, type MailLinks } from './mail-links.js';
import { validatePasskeys, passkeySettings } from './passkey-settings.js';
import { type ProviderSettings, readProviders } from './provider-settings.js';
import { validateRedirectUris } from './redirect-uris.js';
import { validateSignedCalls } from './signed-call-settings.js';
import { validateTestAddresses } from './test-addresses.js';
import { withSecretFiles } from './secret-files.js';
import type { Setting } from './setting.js';
import { SETTINGS } from './settings.js';
import { unfitForProduction } from './unfit-for-production.js';

/** Thrown if settings are missing or wrong: one sentence for each, all of them together. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** A command failed; the sentence says why, and what to do instead. */
export class CommandError extends Error {
  override name = 'CommandError';
}

type SettingTable = typeof SETTINGS;
type Values = {
  [Name in keyof SettingTable as Camel<Name>]: SettingTable[Name] extends Setting<infer Value> ? Value : never;
};

/** The settings as the program reads them: the variable's name in camelCase; durations in milliseconds. */
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
  /** From APP_URL or APP_URLS; the first is for requests that name none. */
  apps: readonly App[];
  /** Templates of the application's own pages. */
  mailLinks: MailLinks;
  tokenAudience: string;
  explorer: boolean;
  passkeyRpId: string;
  providers: readonly ProviderSettings[];
  /** As set, before limitsFactor. */
  limits: LimitSettings;
}

/** Reads and validates all settings at once; throws a `ConfigError` with every problem. */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const { env, problems } = withSecretFiles(environment, SETTINGS);
  const values: Record<string, unknown> = {};
  for (const [name, { schema, default: fallback, meaning }] of Object.entries(SETTINGS)) {
    const given = env[name]?.trim() || fallback;
    const result = schema.safeParse(given);
    if (!result.success) problems.push(`${name}: ${result.error.issues[0]?.message ?? 'not valid'}. (${meaning})`);
    values[camel(name)] = result.success ? result.data : schema.parse(fallback);
  }
  const { limits, problems: ofLimits } = readLimits(env);
  problems.push(...ofLimits);
  const unread = problems.map((problem) => new RegExp(`\\b${/^\w+?(?=_FILE\b|\b)/.exec(problem)?.[0]}\\b`));
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
    limits,
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
  const further = [
    ...validateApps(read, { production }),
    ...validateMailLinks(mailLinks, apps),
    ...validatePasskeys({ ...read, apps, publicUrl }),
    ...ofProviders,
    ...validateRedirectUris(read.redirectUris, { production }),
    ...validateTestAddresses(read.testAddresses, read),
    ...validateKeys(read),
    ...validateListeners(read, config),
    ...validateSignedCalls(read, { production }),
    ...validateLifetimes(config),
    ...validateClaims(config),
    ...(production ? unfitForProduction(config) : []),
  ];
  if (config.workers > 1 && !config.databaseUrl && !production)
    further.push('WORKERS: the embedded database serves one process. Set DATABASE_URL, or WORKERS=1.');
  // A setting that cannot be read counts as not set here, so problems that only follow from that are not reported.
  problems.push(...further.filter((problem) => !unread.some((name) => name.test(problem))));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

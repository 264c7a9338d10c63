import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { syslogWarnings } from '../config/audit-settings.js';
import type { Config } from '../config/config.js';
import { signInWarnings } from '../config/sign-in-warnings.js';
import { exposedKeys } from '../keys/key-files.js';
import { isExposed } from '../platform/exposed-files.js';

/** Warnings for the log at start, and for `doctor`. Each sentence says what is set and, after a colon, what follows. */
export function startWarnings(config: Config): string[] {
  const production = config.nodeEnv === 'production';
  return [
    ...(production && config.limitsFactor > 1
      ? [`LIMITS_FACTOR is ${config.limitsFactor}: guessing is easier than it should be`]
      : []),
    ...(production && !config.smtpUrl
      ? ['SMTP_URL is not set: mail waits in the queue, and no address can be verified']
      : []),
    ...(production && !config.storageUrl
      ? [
          `STORAGE_URL is not set: pictures and data exports are kept in ${join(config.dataDir, 'storage')}, which must be kept and be shared by all replicas`,
        ]
      : []),
    ...signInWarnings(config),
    ...syslogWarnings(config),
    ...((production || config.workers > 1) && !config.redisUrl
      ? ['REDIS_URL is not set: every request queries PostgreSQL, and each process counts limits on its own']
      : []),
    ...(!production && config.workers > 1 && !config.smtpUrl
      ? ['SMTP_URL is not set: each of the WORKERS has a dev mailbox of its own']
      : []),
    ...(production && config.keysDir !== null
      ? [`the signing keys are files in ${config.keysDir}: they do not rotate by themselves (docs/keys.md)`]
      : []),
    ...(production && !config.serverSecret
      ? [
          'SERVER_SECRET is not set: a rotation of the keys voids waiting mails and makes audit:verify report every seal',
        ]
      : []),
    ...(config.serverSecret && config.serverSecret.length > 1
      ? [
          `SERVER_SECRET holds ${config.serverSecret.length} secrets, since a comma separates them: the first is used for everything new, and the others are still accepted (docs/keys.md)`,
        ]
      : []),
    ...(config.keysDir === null || !existsSync(config.keysDir) ? [] : exposedKeys(config.keysDir)).map(
      (path) => `${path} can be read by every user of this machine: chmod 600, since it signs every access token`,
    ),
    ...(config.tls && isExposed(config.tls.key)
      ? [`${config.tls.key} can be read by every user of this machine: chmod 600, since it is the key of TLS_CERT`]
      : []),
    ...(production && config.explorer ? ['EXPLORER is on: the schema and Sandbox are public'] : []),
  ];
}

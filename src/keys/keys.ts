import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, type Config, ConfigError } from '../config/config.js';
import type { Clock } from '../platform/clock.js';
import { deriveKey } from '../platform/crypto.js';
import { createAccessTokens, type AccessTokens } from './access-token.js';
import { loadKeyFiles, loadSetKey } from './key-files.js';
import type { KeyRing } from './key-ring.js';
import type { SigningKey } from './verification-key.js';

export interface Secrets {
  /** A key for one purpose, derived from the first SERVER_SECRET or, without one, from jwt.key. Everything new is made with it. */
  secretFor(purpose: string): KeyObject;
  /** That key, followed by those of the former secrets in SERVER_SECRET: what is still valid may have been made with any of them. */
  secretsFor(purpose: string): [KeyObject, ...KeyObject[]];
}

/** For code that derives keys and signs nothing. */
export interface SecretNeeds {
  keys: Secrets;
}

/** All secrets and signing keys of the server, ready for use. */
export interface Keys extends Secrets {
  accessTokens: AccessTokens;
  ring: KeyRing;
  /** Signs security event tokens; null if none are sent. */
  setKey(): SigningKey | null;
}

export interface KeyServices {
  keys: Keys;
  /** Encrypts pending mails. */
  mailKey: KeyObject;
  /** Decrypt mails that were queued before SERVER_SECRET was replaced. */
  formerMailKeys: KeyObject[];
}

/** The key for a purpose, derived from a former SERVER_SECRET or jwt.key in a file. */
export function formerSecret(file: string, purpose: string): KeyObject {
  try {
    return deriveKey(readFileSync(file, 'utf8').trim(), purpose);
  } catch (error) {
    throw new CommandError(`${file} cannot be read (${(error as Error).message}).`);
  }
}

type SecretSettings = Pick<Config, 'serverSecret' | 'keysDir' | 'nodeEnv'>;

export function createSecrets(config: SecretSettings): Secrets {
  const [secret = textOfKeyFile(config), ...former] = config.serverSecret ?? [];
  const derived = new Map<string, [KeyObject, ...KeyObject[]]>();
  const secretsFor = (purpose: string) => {
    let keys = derived.get(purpose);
    if (!keys) {
      keys = [deriveKey(secret, purpose), ...former.map((one) => deriveKey(one, purpose))];
      derived.set(purpose, keys);
    }
    return keys;
  };
  return { secretFor: (purpose) => secretsFor(purpose)[0], secretsFor };
}

/** Hides whom a counter is for, in the server and in the command that reads the counters. */
export function limitsKey(secrets: Secrets): KeyObject {
  return secrets.secretFor('limits');
}

export function createKeys(secrets: Secrets, ring: KeyRing, config: Config, clock: Clock): Keys {
  // It is a file even if the other keys are not, since its receivers expect RSA and no rotation.
  const folder = config.keysDir ?? 'keys';
  // An existing key is validated now, not at the first event. It is created only if there are receivers.
  let setKey = existsSync(join(folder, 'set.key')) ? loadSetKey(folder, config.nodeEnv) : undefined;
  return {
    ...secrets,
    ring,
    accessTokens: createAccessTokens(ring, config, clock),
    setKey: () => (setKey ??= loadSetKey(folder, config.nodeEnv)),
  };
}

/** The document of /.well-known/jwks.json (RFC 7517): public members only. */
export function jwksOf(ring: Pick<KeyRing, 'published'>): { keys: Record<string, string>[] } {
  return { keys: ring.published().map(({ jwk }) => jwk) };
}

function textOfKeyFile({ keysDir, nodeEnv }: SecretSettings): string {
  if (keysDir === null) throw new ConfigError(['SERVER_SECRET: it is needed where no KEYS_DIR is.']);
  // Creates the pair in development.
  loadKeyFiles(keysDir, nodeEnv);
  return readFileSync(join(keysDir, 'jwt.key'), 'utf8').trim();
}

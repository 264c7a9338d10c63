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
  /** A key for one purpose, derived from SERVER_SECRET (the first of them) or, without it, from jwt.key. New things are made with it. */
  secretFor(purpose: string): KeyObject;
  /** That key and, after it, those of the former secrets in SERVER_SECRET: what is still valid may have been made with any of them. */
  secretsFor(purpose: string): [KeyObject, ...KeyObject[]];
}

/** What code needs that derives keys and signs nothing. */
export interface SecretNeeds {
  keys: Secrets;
}

/** Everything secret or signing that the server holds, ready for use. */
export interface Keys extends Secrets {
  accessTokens: AccessTokens;
  ring: KeyRing;
  /** What security event tokens are signed with; null where they are not sent. */
  setKey(): SigningKey | null;
}

export interface KeyServices {
  keys: Keys;
  /** What pending mails are sealed with. */
  mailKey: KeyObject;
  /** What those were sealed with that were queued before SERVER_SECRET was replaced. */
  formerMailKeys: KeyObject[];
}

/** The key for a purpose that was derived from another SERVER_SECRET, or another jwt.key: the text of a file. */
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

/** What names of counters are made of, in the server and in the command that reads them. */
export function limitsKey(secrets: Secrets): KeyObject {
  return secrets.secretFor('limits');
}

export function createKeys(secrets: Secrets, ring: KeyRing, config: Config, clock: Clock): Keys {
  // It is a file also where the other keys are not, since its receivers expect RSA and no rotation.
  const folder = config.keysDir ?? 'keys';
  // A key that exists is judged now, not at the first event. It is made only where there are receivers.
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
  // Makes the pair in development.
  loadKeyFiles(keysDir, nodeEnv);
  return readFileSync(join(keysDir, 'jwt.key'), 'utf8').trim();
}

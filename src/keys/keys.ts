import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, type Config } from '../config/settings.js';
import type { Clock } from '../platform/clock.js';
import { deriveKey } from '../platform/crypto.js';
import { createAccessTokens, type AccessTokens } from './access-token.js';
import { loadKeyFiles, loadSetKey, type SigningKey } from './key-files.js';

/** Everything secret or signing that the server holds, ready for use. */
export interface Keys {
  accessTokens: AccessTokens;
  /** The document of /.well-known/jwks.json (RFC 7517): public members only. */
  jwks: { keys: Record<string, string>[] };
  /** What security event tokens are signed with; null where they are not sent. */
  setKey(): SigningKey | null;
  /** A key for one purpose, derived from SERVER_SECRET or, without it, from jwt.key. */
  secretFor(purpose: string): KeyObject;
}

export interface KeyServices {
  keys: Keys;
  /** What pending mails are sealed with. */
  mailKey: KeyObject;
}

/** The key for a purpose that was derived from another SERVER_SECRET, or another jwt.key: the text of a file. */
export function formerSecret(file: string, purpose: string): KeyObject {
  try {
    return deriveKey(readFileSync(file, 'utf8').trim(), purpose);
  } catch (error) {
    throw new CommandError(`${file} cannot be read (${(error as Error).message}).`);
  }
}

export function createKeys(config: Config, clock: Clock): Keys {
  const files = loadKeyFiles(config);
  const secret = config.serverSecret ?? readFileSync(join(config.keysDir, 'jwt.key'), 'utf8').trim();
  // Where there is one it is judged now, not at the first event; made is it only where events are asked for.
  let setKey = existsSync(join(config.keysDir, 'set.key')) ? loadSetKey(config) : undefined;
  const derived = new Map<string, KeyObject>();
  return {
    accessTokens: createAccessTokens(files, config, clock),
    jwks: { keys: [...files.trusted.values()].map(({ jwk }) => jwk) },
    setKey: () => (setKey ??= loadSetKey(config)),
    secretFor(purpose) {
      const key = derived.get(purpose) ?? deriveKey(secret, purpose);
      derived.set(purpose, key);
      return key;
    },
  };
}

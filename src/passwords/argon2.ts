import { hash, parseOptions, verify } from '@node-rs/argon2';
import { type HashFormat, MIN_DIGEST } from './hash-format.js';

/** OWASP's first choice of parameters: 19 MiB, two passes, one lane. The library's defaults are argon2id, version 19. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };
const CURRENT = '$argon2id$v=19$m=19456,t=2,p=1$';
/** 16 bytes of salt and 32 of hash. Other lengths of the same cost are as good, but hashes of different lengths cannot be compared. */
const DIGEST = /^[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/** 256 MiB, and not more than 1 GiB written in all passes: about a second. */
const MAX_PARAMETERS = { memoryCost: 262_144, timeCost: 16, parallelism: 8, memoryTraffic: 1_048_576 };

/** argon2id, argon2i and argon2d in the PHC string format (RFC 9106); computed in libuv's threads. */
export const argon2: HashFormat = {
  name: 'argon2',
  prefix: /^\$argon2(id|i|d)\$/,
  read: (stored) => (affordable(stored) ? (password) => verify(stored, password) : undefined),
};

/** Returns a new PHC string, with the salt of `like`, one of our own hashes, if given. */
export async function hashArgon2(password: string, _workers: unknown, like?: string): Promise<string> {
  const salt = like?.slice(CURRENT.length).split('$', 1)[0];
  return hash(password, salt ? { ...COST, salt: Buffer.from(salt, 'base64') } : COST);
}

export function isCurrentArgon2(stored: string): boolean {
  return stored.startsWith(CURRENT) && DIGEST.test(stored.slice(CURRENT.length));
}

/** The hash of no known password, as costly to check as any other. */
export const DUMMY_ARGON2 = `${CURRENT}c2FsbHlwb3J0IGR1bW15IQ$${'A'.repeat(43)}`;

function affordable(stored: string): boolean {
  try {
    const cost = parseOptions(stored);
    return (
      cost.memoryCost <= MAX_PARAMETERS.memoryCost &&
      cost.timeCost <= MAX_PARAMETERS.timeCost &&
      cost.parallelism <= MAX_PARAMETERS.parallelism &&
      cost.outputLen >= MIN_DIGEST &&
      cost.memoryCost * cost.timeCost <= MAX_PARAMETERS.memoryTraffic
    );
  } catch {
    return false;
  }
}

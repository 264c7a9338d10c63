import type { HashFormat } from './hash-format.js';
import type { WorkerPool } from './worker-pool.js';

const COST = 12;
/** About two seconds in JavaScript; each further step doubles it. */
const MAX_COST = 15;
const CURRENT = `$bcrypt-sha256$v=2,t=2b,r=${COST}$`;

const PLAIN = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const V1 = /^\$bcrypt-sha256\$(2[ab]),(\d\d?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/;
const V2 = /^\$bcrypt-sha256\$v=2,t=(2b),r=(\d\d?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/;

/**
 * bcrypt as other systems stored and verified it: bytes past the 72nd do not count. A NUL never matches: bcrypt repeats the password
 * separated by NUL, so that `a`, NUL, `a` would open the account whose password is `a`.
 */
export const bcrypt: HashFormat = {
  name: 'bcrypt',
  prefix: /^\$2[aby]\$/,
  read(stored) {
    const [, cost] = PLAIN.exec(stored) ?? [];
    if (!affordable(cost)) return undefined;
    return async (password, workers) => {
      if (password.includes('\0')) return false;
      return workers.run('bcrypt', 'verify', { password, hash: stored });
    };
  },
};

/** bcrypt over a SHA-256 of the whole password, in Passlib's format: what this server writes if bcrypt is configured. */
export const bcryptSha256: HashFormat = {
  name: 'bcrypt-sha256',
  prefix: /^\$bcrypt-sha256\$/,
  read(stored) {
    const second = V2.exec(stored);
    const [, type, cost, salt, digest] = second ?? V1.exec(stored) ?? [];
    if (!affordable(cost)) return undefined;
    const hash = `$${type}$${cost?.padStart(2, '0')}$${salt}${digest}`;
    return (password, workers) => workers.run('bcrypt', 'verify', { password, hash, prehashed: second ? 2 : 1 });
  },
};

/** Uses the salt of `like`, one of our own hashes, if given. */
export async function hashBcrypt(password: string, workers: WorkerPool, like?: string): Promise<string> {
  const salt = like?.slice(CURRENT.length).split('$', 1)[0];
  return workers.run('bcrypt', 'hash', { password, cost: COST, salt });
}

export function isCurrentBcrypt(stored: string): boolean {
  return stored.startsWith(CURRENT) && V2.test(stored);
}

/** The hash of no known password, as costly to check as any other. */
export const DUMMY_BCRYPT = `${CURRENT}${'C'.repeat(21)}.$${'A'.repeat(31)}`;

function affordable(cost: string | undefined): boolean {
  return cost !== undefined && Number(cost) >= 4 && Number(cost) <= MAX_COST;
}

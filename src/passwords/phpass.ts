import type { HashFormat } from './hash-format.js';
import { spellings } from './wordpress.js';

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = /^\$[PH]\$(.)([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})$/;

/** 2^18 rounds of MD5: up to a second for a long password. WordPress writes 2^13, phpBB 2^11. */
const MAX_COST = 18;
/** The least that phpass itself takes. */
const LEAST = 7;

/** The portable hashes of phpass: WordPress before 6.8, and phpBB, which writes H for P; computed in a worker. */
export const phpass: HashFormat = {
  name: 'phpass',
  prefix: /^\$[PH]\$/,
  read(stored) {
    const [, cost = '', salt, digest] = FORM.exec(stored) ?? [];
    const log2 = ALPHABET.indexOf(cost || ' ');
    if (log2 < LEAST || log2 > MAX_COST) return undefined;
    return async (password, workers) => {
      const passwords = [...new Set([password, ...spellings(password)])];
      return workers.run('phpass', 'verify', { passwords, rounds: 2 ** log2, salt, digest });
    };
  },
};

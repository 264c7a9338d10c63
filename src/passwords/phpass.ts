import { hash } from 'node:crypto';
import type { HashFormat } from './hash-format.js';
import { spellings } from './wordpress.js';

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DRUPAL = /^(U?)\$S\$(.)([./0-9A-Za-z]{8})([./0-9A-Za-z]{43})$/;
const FORM = /^\$[PH]\$(.)([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})$/;

/** 2^18 rounds: up to a second for a long password. WordPress writes 2^13, phpBB 2^11, Drupal 2^15 and 2^16. */
const MAX_COST = 18;
/** The least that phpass itself accepts. */
const LEAST = 7;

/** The portable hashes of phpass: WordPress before 6.8, and phpBB, which writes H for P; computed in a worker. */
export const phpass: HashFormat = {
  name: 'phpass',
  prefix: /^\$[PH]\$/,
  read(stored) {
    const [, cost = '', salt, digest] = FORM.exec(stored) ?? [];
    const rounds = roundsOf(cost);
    if (!rounds) return undefined;
    return async (password, workers) => {
      const passwords = [...new Set([password, ...spellings(password)])];
      return workers.run('phpass', 'verify', { passwords, algorithm: 'md5', rounds, salt, digest });
    };
  },
};

/** Drupal 7 to 10.0: the same with SHA-512. A leading U means that the MD5 stored by Drupal 6 was hashed. */
export const drupal: HashFormat = {
  name: 'drupal',
  prefix: /^U?\$S\$/,
  read(stored) {
    const [, upgraded, cost = '', salt, digest] = DRUPAL.exec(stored) ?? [];
    const rounds = roundsOf(cost);
    if (!rounds) return undefined;
    return async (password, workers) => {
      const passwords = [upgraded ? hash('md5', password) : password];
      return workers.run('phpass', 'verify', { passwords, algorithm: 'sha512', rounds, salt, digest });
    };
  },
};

function roundsOf(cost: string): number | undefined {
  const log2 = ALPHABET.indexOf(cost || ' ');
  return log2 < LEAST || log2 > MAX_COST ? undefined : 2 ** log2;
}

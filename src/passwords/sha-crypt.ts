import type { HashFormat } from './hash-format.js';

/** The specification allows 999,999,999; Passlib writes up to 656,000, about a second in JavaScript. */
const MAX_ROUNDS = 1_000_000;
const FORM = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$\0]{0,16})\$([./0-9A-Za-z]+)$/;
const DIGEST_LENGTH: Record<string, number> = { 5: 43, 6: 86 };

/** SHA-256-crypt and SHA-512-crypt, from `/etc/shadow` and its imitations; computed in a worker. */
export const shaCrypt: HashFormat = {
  name: 'sha-crypt',
  prefix: /^\$[56]\$/,
  read(stored) {
    const [matched, variant = '', given, salt = '', digest = ''] = FORM.exec(stored) ?? [];
    // The specification raises fewer rounds to 1000.
    const rounds = Math.max(1000, Number(given ?? 5000));
    if (!matched || rounds > MAX_ROUNDS || digest.length !== DIGEST_LENGTH[variant]) return undefined;
    const bits = variant === '5' ? 256 : 512;
    return (password, workers) => workers.run('sha-crypt', 'verify', { password, bits, rounds, salt, digest });
  },
};

import type { HashFormat } from './hash-format.js';

const FORM = /^(\$1\$|\$apr1\$)([^$\0]{1,8})\$([./0-9A-Za-z]{22})$/;

/** MD5-crypt of old `/etc/shadow` files, and Apache's variant of it: always 1000 rounds; computed in a worker. */
export const md5Crypt: HashFormat = {
  name: 'md5-crypt',
  prefix: /^\$(1|apr1)\$/,
  read(stored) {
    const [, magic, salt, digest] = FORM.exec(stored) ?? [];
    if (!magic) return undefined;
    return (password, workers) => workers.run('md5-crypt', 'verify', { password, magic, salt, digest });
  },
};

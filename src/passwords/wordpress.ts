import { createHmac } from 'node:crypto';
import { bcrypt } from './bcrypt.js';
import type { HashFormat } from './hash-format.js';

/** WordPress since 6.8: bcrypt over base64(HMAC-SHA-384), the mark `$wp` before it. */
export const wordpress: HashFormat = {
  name: 'bcrypt-wordpress',
  prefix: /^\$wp\$2[aby]\$/,
  read(stored) {
    const check = bcrypt.read(stored.slice('$wp'.length));
    if (!check) return undefined;
    return async (password, workers) => {
      for (const spelling of spellings(password)) if (await check(condensed(spelling), workers)) return true;
      return false;
    };
  },
};

/**
 * What WordPress may have hashed for a password: it removes what PHP's `trim` does, and its forms, like its sign-in, put a backslash before
 * quotes and backslashes. Two spellings only if the password has such characters.
 */
export function spellings(password: string): string[] {
  const trimmed = password.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, '');
  return [...new Set([trimmed, trimmed.replace(/['"\\]/g, String.raw`\$&`)])];
}

function condensed(password: string): string {
  return createHmac('sha384', 'wp-sha384').update(password, 'utf8').digest('base64');
}

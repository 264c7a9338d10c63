import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const PREFIX_DIGITS = 4;

/** Secrets of one kind: a prefix, 32 letters and digits from the CSPRNG (190 bits), and their checksum. */
export interface MarkedSecrets {
  create(): string;
  /** Whether it has the form, checksum included. Anything else costs no query. */
  recognises(text: string): boolean;
  /** The prefix and four characters: enough to distinguish secrets, at no cost to their strength. */
  prefixOf(secret: string): string;
}

/** Secret scanners for repositories and logs recognise them by prefix and checksum: docs/api-keys.md. */
export function markedSecrets(mark: string): MarkedSecrets {
  const form = new RegExp(`^${mark}([${DIGITS}]{${RANDOM_LENGTH}})([${DIGITS}]{${CHECKSUM_LENGTH}})$`);
  return {
    create() {
      const random = Array.from({ length: RANDOM_LENGTH }, () => DIGITS[randomInt(DIGITS.length)]).join('');
      return mark + random + checksumOf(random);
    },
    recognises(text) {
      const [, random, checksum] = form.exec(text) ?? [];
      return random !== undefined && checksum === checksumOf(random);
    },
    prefixOf: (secret) => secret.slice(0, mark.length + PREFIX_DIGITS),
  };
}

/** The CRC-32 in base 62. Six digits hold each of its 32 bits. */
function checksumOf(random: string): string {
  let rest = crc32(random);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = `${DIGITS[rest % DIGITS.length]}${digits}`;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}

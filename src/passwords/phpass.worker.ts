import { hash, timingSafeEqual } from 'node:crypto';

export interface PhpassHash {
  /** Spellings of one password. */
  passwords: string[];
  algorithm: 'md5' | 'sha512';
  rounds: number;
  salt: string;
  /** 22 characters for the 16 bytes of MD5; of SHA-512 Drupal keeps the first 43. */
  digest: string;
}

export function verify({ passwords, digest, ...setting }: PhpassHash): boolean {
  const theirs = Buffer.from(digest);
  return passwords.some((password) => {
    const ours = encode(stretched(password, setting)).slice(0, digest.length);
    return timingSafeEqual(Buffer.from(ours), theirs);
  });
}

function stretched(
  password: string,
  { algorithm, rounds, salt }: Pick<PhpassHash, 'algorithm' | 'rounds' | 'salt'>,
): Buffer {
  const key = Buffer.from(password, 'utf8');
  let digest = hash(algorithm, Buffer.concat([Buffer.from(salt), key]), 'buffer');
  for (let round = 0; round < rounds; round += 1) digest = hash(algorithm, Buffer.concat([digest, key]), 'buffer');
  return digest;
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Three bytes as four characters, the lowest bits first. Past the last byte there are zeros, which its reader cuts off. */
function encode(digest: Buffer): string {
  let text = '';
  for (let at = 0; at < digest.length; at += 3) {
    const bits = (digest[at] ?? 0) | ((digest[at + 1] ?? 0) << 8) | ((digest[at + 2] ?? 0) << 16);
    for (let shift = 0; shift < 24; shift += 6) text += ALPHABET[(bits >> shift) & 63];
  }
  return text;
}

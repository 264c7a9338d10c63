import { hash, timingSafeEqual } from 'node:crypto';

export interface PhpassHash {
  /** Spellings of one password. */
  passwords: string[];
  rounds: number;
  salt: string;
  /** 22 characters for 16 bytes. */
  digest: string;
}

export function verify({ passwords, rounds, salt, digest }: PhpassHash): boolean {
  const theirs = Buffer.from(digest);
  return passwords.some((password) => timingSafeEqual(Buffer.from(encode(stretched(password, rounds, salt))), theirs));
}

function stretched(password: string, rounds: number, salt: string): Buffer {
  const key = Buffer.from(password, 'utf8');
  let digest = hash('md5', Buffer.concat([Buffer.from(salt), key]), 'buffer');
  for (let round = 0; round < rounds; round += 1) digest = hash('md5', Buffer.concat([digest, key]), 'buffer');
  return digest;
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Three bytes as four characters, the lowest bits first; of the last byte, two. */
function encode(digest: Buffer): string {
  let text = '';
  for (let at = 0; at < digest.length; at += 3) {
    const bits = (digest[at] ?? 0) | ((digest[at + 1] ?? 0) << 8) | ((digest[at + 2] ?? 0) << 16);
    for (let shift = 0; shift < 24; shift += 6) text += ALPHABET[(bits >> shift) & 63];
  }
  return text.slice(0, 22);
}

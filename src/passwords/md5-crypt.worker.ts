import { hash, timingSafeEqual } from 'node:crypto';

export interface Md5CryptSetting {
  /** `$1$`, or Apache's `$apr1$`. It is hashed as well. */
  magic: string;
  salt: string;
}

export function verify({
  password,
  digest,
  ...setting
}: Md5CryptSetting & { password: string; digest: string }): boolean {
  const [ours, theirs] = [Buffer.from(md5Crypt(password, setting)), Buffer.from(digest)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

/** The digest part of an MD5-crypt hash (Kamp, FreeBSD's crypt(3)). */
function md5Crypt(password: string, { magic, salt: saltText }: Md5CryptSetting): string {
  const digest = (...parts: Buffer[]) => hash('md5', Buffer.concat(parts), 'buffer');
  const [key, salt] = [Buffer.from(password, 'utf8'), Buffer.from(saltText, 'utf8')];

  const bits: Buffer[] = [];
  for (let rest = key.length; rest > 0; rest >>= 1) bits.push(rest & 1 ? Buffer.alloc(1) : key.subarray(0, 1));
  const filling = key.length > 0 ? Buffer.alloc(key.length, digest(key, salt, key)) : key;
  let a = digest(key, Buffer.from(magic), salt, filling, ...bits);

  for (let round = 0; round < 1000; round += 1) {
    const odd = round % 2 === 1;
    const parts = [odd ? key : a];
    if (round % 3 !== 0) parts.push(salt);
    if (round % 7 !== 0) parts.push(key);
    parts.push(odd ? a : key);
    a = digest(...parts);
  }
  return encode(a);
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Three bytes, in an order of its own, as four characters, lowest bits first; of the last byte, two. */
function encode(digest: Buffer): string {
  const groups = [0, 1, 2, 3, 4].map((at) =>
    characters(
      [at, at + 6, at < 4 ? at + 12 : 5].map((i) => digest[i]),
      4,
    ),
  );
  return groups.join('') + characters([0, 0, digest[11]], 2);
}

function characters([high = 0, middle = 0, low = 0]: (number | undefined)[], count: number): string {
  const bits = (high << 16) | (middle << 8) | low;
  return Array.from({ length: count }, (_, index) => ALPHABET[(bits >> (6 * index)) & 63]).join('');
}

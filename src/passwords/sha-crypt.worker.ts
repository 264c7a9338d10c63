import { hash, timingSafeEqual } from 'node:crypto';

export interface ShaCryptSetting {
  bits: 256 | 512;
  rounds: number;
  salt: string;
}

export function verify({
  password,
  digest,
  ...setting
}: ShaCryptSetting & { password: string; digest: string }): boolean {
  const [ours, theirs] = [Buffer.from(shaCrypt(password, setting)), Buffer.from(digest)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

/** The digest part of a SHA-crypt hash. Names and steps as in the specification (Drepper, "Unix crypt using SHA-256 and SHA-512"). */
function shaCrypt(password: string, { bits, rounds, salt: saltText }: ShaCryptSetting): string {
  const digest = (...parts: Buffer[]) => hash(`sha${bits}`, Buffer.concat(parts), 'buffer');
  const [key, salt] = [Buffer.from(password, 'utf8'), Buffer.from(saltText, 'utf8')];

  const b = digest(key, salt, key); // steps 4 to 8
  const steps: Buffer[] = [];
  for (let rest = key.length; rest > 0; rest >>= 1) steps.push(rest & 1 ? b : key); // step 11
  let a = digest(key, salt, repeated(b, key.length), ...steps); // step 12
  const p = repeated(digest(repeated(key, key.length ** 2)), key.length); // steps 13 to 16
  const s = repeated(digest(repeated(salt, salt.length * (16 + (a[0] ?? 0)))), salt.length); // steps 17 to 20

  for (let round = 0; round < rounds; round += 1) {
    const odd = round % 2 === 1;
    const parts = [odd ? p : a]; // step 21
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push(odd ? a : p);
    a = digest(...parts);
  }
  return encode(a);
}

/** `length` bytes of the block, over and over. */
function repeated(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block);
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Step 22: three bytes, taken from the three thirds of the digest in turn, as four characters, lowest bits first. */
function encode(digest: Buffer): string {
  const third = Math.floor(digest.length / 3);
  let [x, y, z] = [0, third, 2 * third];
  let text = '';
  for (let group = 0; group < third; group += 1) {
    text += characters(digest[x], digest[y], digest[z], 4);
    [x, y, z] = digest.length === 64 ? [y + 1, z + 1, x + 1] : [z + 1, x + 1, y + 1];
  }
  return text + (digest.length === 64 ? characters(0, 0, digest[63], 2) : characters(0, digest[31], digest[30], 3));
}

function characters(high = 0, middle = 0, low = 0, count: number): string {
  const bits = (high << 16) | (middle << 8) | low;
  return Array.from({ length: count }, (_, index) => ALPHABET[(bits >> (6 * index)) & 63]).join('');
}

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** `bytes` bytes from the CSPRNG, base64url. 32 bytes = 256 bit (ASVS 7.2.3 asks for 128). */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

export function sha256(data: string | Buffer): Buffer {
  return hash('sha256', data, 'buffer');
}

/** HMAC-SHA-256 over the parts, separated by NUL, so that ("ab","c") and ("a","bc") differ. */
export function hmac(key: KeyObject, ...parts: string[]): Buffer {
  return createHmac('sha256', key).update(parts.join('\0')).digest();
}

/** Constant-time comparison; unequal lengths are simply unequal. */
export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whether it is one of the secrets, in constant time. */
export function isOneOf(secrets: readonly string[], given: string): boolean {
  const hashed = sha256(given);
  return secrets.map((secret) => sameBytes(sha256(secret), hashed)).includes(true);
}

/**
 * One secret, many purposes: HKDF-SHA-256 (RFC 5869), 32 bytes for each purpose. A KeyObject and not bytes: it is never printed, and an
 * HMAC with it costs a fifth (2 µs; converting bytes into keys was a tenth of `refresh`).
 */
export function deriveKey(secret: string | Buffer, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `sallyport/${purpose}`, 32)));
}

/**
 * AES-256-GCM; iv (12) ‖ tag (16) ‖ ciphertext. Decrypting needs the same associated data, which is not part of the result: with the id
 * of the row, a value that is copied to another row cannot be decrypted there.
 */
export function encryptBytes(key: KeyObject, bytes: Buffer, associatedData: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(associatedData));
  const body = [cipher.update(bytes), cipher.final()];
  return Buffer.concat([iv, cipher.getAuthTag(), ...body]);
}

/** The bytes given to `encryptBytes`; throws if the key or the associated data differs, or a bit was changed. */
function decryptBytes(key: KeyObject, encrypted: Buffer, associatedData: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(associatedData)).setAuthTag(encrypted.subarray(12, 28));
  return Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]);
}

/** The same for text; returns base64url. */
export function encrypt(key: KeyObject, text: string, associatedData = ''): string {
  return encryptBytes(key, Buffer.from(text), associatedData).toString('base64url');
}

type SeveralKeys = readonly [KeyObject, ...KeyObject[]];

/** Decrypts with the first of several keys that fits, while a secret is being replaced; throws if none does. */
export function decryptWithAny(keys: SeveralKeys, encrypted: string, associatedData = ''): string {
  return decryptBytesWithAny(keys, Buffer.from(encrypted, 'base64url'), associatedData).toString('utf8');
}

export function decryptBytesWithAny([key, ...former]: SeveralKeys, encrypted: Buffer, associatedData: string): Buffer {
  try {
    return decryptBytes(key, encrypted, associatedData);
  } catch (error) {
    const [next, ...others] = former;
    if (!next) throw error;
    return decryptBytesWithAny([next, ...others], encrypted, associatedData);
  }
}

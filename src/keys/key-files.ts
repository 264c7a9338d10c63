import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config/config.js';
import { isExposed } from '../platform/exposed-files.js';
import { fixedKeyRing, type KeyRing } from './key-ring.js';
import { generateSigningPair, type SigningKey, type VerificationKey, verificationKeyOf } from './verification-key.js';

/**
 * `jwt.key` signs; it and every other `*.key.pub` in the folder are trusted, so that a former or future key is. In development and test a
 * missing pair is created.
 */
export function loadKeyFiles(keysDir: string, nodeEnv: Config['nodeEnv']): KeyRing {
  const path = join(keysDir, 'jwt.key');
  // existsSync reports an unreadable folder as empty.
  const names = existsSync(keysDir) ? namesIn(keysDir) : [];
  if (!names.includes('jwt.key')) {
    if (nodeEnv === 'production') {
      throw new ConfigError([
        `KEYS_DIR: there is no jwt.key in ${keysDir}. Make a pair with: npm run keys -- --dir ${keysDir}`,
      ]);
    }
    makeKeyPair(keysDir);
  }
  const signing = readSigningKey(path);
  // The key of security events signs no access token (RFC 8725 §3.11).
  const files = namesIn(keysDir).filter((name) => name.endsWith('.key.pub') && name !== 'set.key.pub');
  const keys = files.map((name) =>
    describe(
      readKey(join(keysDir, name), (pem) => createPublicKey(pem)),
      join(keysDir, name),
    ),
  );
  if (files.includes('jwt.key.pub') && !keys.some(({ kid }) => kid === signing.kid)) {
    throw new ConfigError([`KEYS_DIR: jwt.key.pub in ${keysDir} is not the public half of jwt.key.`]);
  }
  return fixedKeyRing(signing, keys);
}

/**
 * The key of security event tokens, `set.key`: RSA, since the CAEP interoperability profile requires RS256. Null in production if there is
 * none; in development and test it is created, which takes a while.
 */
export function loadSetKey(keysDir: string, nodeEnv: Config['nodeEnv']): SigningKey | null {
  const path = join(keysDir, 'set.key');
  if (!existsSync(keysDir) || !namesIn(keysDir).includes('set.key')) {
    if (nodeEnv === 'production') return null;
    makeKeyPair(keysDir, { name: 'set', rsa: true });
  }
  const key = readSigningKey(path);
  if (key.algorithm !== 'RS256')
    throw new ConfigError([`KEYS_DIR: ${path} must be an RSA key. Make another: npm run keys -- --name set --rsa`]);
  return key;
}

/** Creates `NAME.key` (mode 0600) and `NAME.key.pub`; never overwrites a file. */
export function writeKeyPair(folder: string, { name = 'jwt', rsa = false } = {}): string {
  const { publicKey, privateKey } = generateSigningPair({ rsa });
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.key`);
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  writeFileSync(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  return path;
}

/** The private keys of the folder that every user of the machine can read. */
export function exposedKeys(folder: string): string[] {
  const keys = namesIn(folder).filter((name) => name.endsWith('.key'));
  return keys.map((name) => join(folder, name)).filter(isExposed);
}

/** Two processes that start at once create one pair: the second uses the first's. */
function makeKeyPair(folder: string, kind?: Parameters<typeof writeKeyPair>[1]): void {
  try {
    writeKeyPair(folder, kind);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new ConfigError([
      `KEYS_DIR: no keys can be made in ${folder} (${message}). Set it to a folder this user may write to.`,
    ]);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function readSigningKey(path: string): SigningKey {
  const privateKey = readKey(path, (pem) => createPrivateKey(pem));
  return { ...describe(createPublicKey(privateKey), path), privateKey };
}

function readKey(path: string, create: (pem: string) => KeyObject): KeyObject {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    return create(pem);
  } catch {
    // OpenSSL's own words ("DECODER routines::unsupported") do not say what to do.
    const found = /ENCRYPTED/.test(pem)
      ? 'is encrypted, and a server cannot ask for its passphrase. Decrypt it: openssl pkey -in FILE -out FILE'
      : `holds no key in PEM (-----BEGIN ${path.endsWith('.pub') ? 'PUBLIC' : 'PRIVATE'} KEY-----). Put back the right file, or make another pair: npm run keys`;
    throw new ConfigError([`KEYS_DIR: ${path} ${found}.`]);
  }
}

function unreadable(path: string, error: unknown): ConfigError {
  const { message } = error as Error;
  return new ConfigError([`KEYS_DIR: ${path} cannot be read (${message}). Let this user read it, or set KEYS_DIR.`]);
}

function describe(publicKey: KeyObject, path: string): VerificationKey {
  const key = verificationKeyOf(publicKey);
  if (!key) throw new ConfigError([`KEYS_DIR: ${path} must be an RSA key of at least 2048 bit or an EC key on P-256.`]);
  return key;
}

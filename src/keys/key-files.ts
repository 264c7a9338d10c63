import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Algorithm } from 'jsonwebtoken';
import { type Config, ConfigError } from '../config/settings.js';
import { isExposed } from '../platform/exposed-files.js';

export interface VerificationKey {
  kid: string;
  algorithm: Algorithm;
  publicKey: KeyObject;
  /** Public members only, as published at /.well-known/jwks.json (RFC 7517). */
  jwk: Record<string, string>;
}

export type SigningKey = VerificationKey & { privateKey: KeyObject };

export interface KeyFiles {
  signing: SigningKey;
  /** By kid: the signing key's and every further *.key.pub, so that a next or a former key is trusted. */
  trusted: Map<string, VerificationKey>;
}

/** Reads `jwt.key` and every `*.key.pub` of the folder. In development and test a missing pair is made. */
export function loadKeyFiles({ keysDir, nodeEnv }: Pick<Config, 'keysDir' | 'nodeEnv'>): KeyFiles {
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
  return { signing, trusted: new Map([signing, ...keys].map((key) => [key.kid, key])) };
}

/**
 * The key of security event tokens, `set.key`: RSA, since the CAEP interoperability profile asks for RS256. Null in production where there
 * is none; in development and test it is made, which takes a while.
 */
export function loadSetKey({ keysDir, nodeEnv }: Pick<Config, 'keysDir' | 'nodeEnv'>): SigningKey | null {
  const path = join(keysDir, 'set.key');
  if (!namesIn(keysDir).includes('set.key')) {
    if (nodeEnv === 'production') return null;
    makeKeyPair(keysDir, { name: 'set', rsa: true });
  }
  const key = readSigningKey(path);
  if (key.algorithm !== 'RS256')
    throw new ConfigError([`KEYS_DIR: ${path} must be an RSA key. Make another: npm run keys -- --name set --rsa`]);
  return key;
}

/**
 * Makes `NAME.key` (mode 0600) and `NAME.key.pub`; never overwrites one.
 * ES256 unless `rsa`: an RSA signature costs ten times as much processor time.
 */
export function writeKeyPair(folder: string, { name = 'jwt', rsa = false } = {}): string {
  const { publicKey, privateKey } = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 3072 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
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

/** Two processes that start at once make one pair: the second takes the first's. */
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

/** The algorithm follows the key and nothing else: RSA of at least 2048 bit gives RS256, P-256 gives ES256. */
function describe(publicKey: KeyObject, path: string): VerificationKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  // Of others, such as DSA, some cannot be exported at all.
  const ours = type === 'rsa' || details?.namedCurve === 'prime256v1';
  const {
    e = '',
    n = '',
    x = '',
    y = '',
  } = ours ? (publicKey.export({ format: 'jwk' }) as Record<string, string>) : {};
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return published('RS256', { e, kty: 'RSA', n });
  if (type === 'ec' && details?.namedCurve === 'prime256v1') {
    return published('ES256', { crv: 'P-256', kty: 'EC', x, y });
  }
  throw new ConfigError([`KEYS_DIR: ${path} must be an RSA key of at least 2048 bit or an EC key on P-256.`]);

  function published(algorithm: Algorithm, members: Record<string, string>): VerificationKey {
    // RFC 7638: SHA-256 over the required members in lexicographic order.
    const kid = createHash('sha256').update(JSON.stringify(members)).digest('base64url');
    return { kid, algorithm, publicKey, jwk: { ...members, kid, use: 'sig', alg: algorithm } };
  }
}

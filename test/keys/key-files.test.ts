import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config.js';
import { exposedKeys, loadKeyFiles, loadSetKey, writeKeyPair } from '../../src/keys/key-files.js';
import { expectCode } from '../support/client.js';
import { startGateway } from '../support/gateway.js';
import { ME, REFRESH, signedInPerson } from '../support/people.js';
import { decode } from '../support/token-forge.js';

const folders: string[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-test-keys-'));
  folders.push(folder);
});
afterAll(() => folders.forEach((one) => rmSync(one, { recursive: true, force: true })));

const load = (nodeEnv: 'development' | 'production' = 'production') => loadKeyFiles(folder, nodeEnv);
const save = (name: string, { publicKey, privateKey }: Record<'publicKey' | 'privateKey', KeyObject>) => {
  writeFileSync(join(folder, name), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, `${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
};

describe('a missing pair', () => {
  test('is made in development, readable by its owner alone', () => {
    const signing = load('development').signing();
    expect(signing.algorithm).toBe('ES256');
    expect(statSync(join(folder, 'jwt.key')).mode & 0o777).toBe(0o600);
    expect(load('development').signing().kid).toBe(signing.kid);
  });

  test('is refused in production, with the command that makes one', () => {
    expect(() => load()).toThrow(/no jwt\.key in .*npm run keys/);
  });
});

describe('a private key that every user of the machine can read', () => {
  test('is named, unless the folder is closed to them', () => {
    for (const name of ['jwt', 'next']) writeKeyPair(folder, { name });
    const open = (mode: number) => chmodSync(folder, mode);
    open(0o755);
    expect(exposedKeys(folder)).toEqual([]);
    chmodSync(join(folder, 'next.key'), 0o644);
    expect(exposedKeys(folder)).toEqual([join(folder, 'next.key')]);
    chmodSync(join(folder, 'next.key'), 0o640);
    expect(exposedKeys(folder)).toEqual([]);
    chmodSync(join(folder, 'next.key'), 0o644);
    open(0o700);
    expect(exposedKeys(folder)).toEqual([]);
  });
});

describe('a pair is refused', () => {
  test.each([
    ['RSA of 1024 bit', () => generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
  ])('when it is %s', (_, make) => {
    save('jwt.key', make());
    expect(() => load()).toThrow(ConfigError);
    expect(() => load()).toThrow(/at least 2048 bit or an EC key on P-256/);
  });

  test('when a further public key is too weak, too', () => {
    writeKeyPair(folder);
    save('next.key', generateKeyPairSync('rsa', { modulusLength: 1024 }));
    expect(() => load()).toThrow(/next\.key\.pub must be/);
  });

  test('when its halves do not belong together', () => {
    writeKeyPair(folder);
    writeKeyPair(folder, { name: 'other' });
    copyFileSync(join(folder, 'other.key.pub'), join(folder, 'jwt.key.pub'));
    expect(() => load()).toThrow(/not the public half/);
  });

  test('when it is no key, without repeating its text', () => {
    writeFileSync(join(folder, 'jwt.key'), 'hunter2hunter2');
    expect(() => load()).toThrow(ConfigError);
    expect(() => load()).not.toThrow(/hunter2/);
  });
});

describe('the key of security events', () => {
  const loadSet = (nodeEnv: 'development' | 'production') => loadSetKey(folder, nodeEnv);

  test('is made in development, never in production, and verifies no access token', () => {
    writeKeyPair(folder);
    expect(loadSet('production')).toBeNull();
    const made = loadSet('development')!;
    expect(made.algorithm).toBe('RS256');
    expect(statSync(join(folder, 'set.key')).mode & 0o777).toBe(0o600);
    expect(loadSet('production')!.kid).toBe(made.kid);
    expect(
      load()
        .published()
        .map(({ kid }) => kid),
    ).toEqual([load().signing().kid]);
    expect(load().trusted(made.kid)).toBeUndefined();
  });

  test('is refused at the start if it is no RSA key', async () => {
    writeKeyPair(folder);
    writeKeyPair(folder, { name: 'set' });
    await expect(startGateway({ KEYS_DIR: folder })).rejects.toThrow(/set\.key must be an RSA key.*--rsa/);
  });
});

test('a pair is never overwritten', () => {
  writeKeyPair(folder);
  const before = readFileSync(join(folder, 'jwt.key'), 'utf8');
  expect(() => writeKeyPair(folder)).toThrow(/EEXIST/);
  expect(readFileSync(join(folder, 'jwt.key'), 'utf8')).toBe(before);
});

test('the algorithm follows the key: RSA means RS256', async () => {
  writeKeyPair(folder, { rsa: true });
  const gateway = await startGateway({ KEYS_DIR: folder });
  const ada = await signedInPerson(gateway);
  expect(decode(ada.accessToken).header.alg).toBe('RS256');
  expect((await gateway.ask(ME, {}, { token: ada.accessToken })).me.id).toBe(ada.id);
});

describe('the published keys', () => {
  test('are public members only, with kid, use and alg', async () => {
    writeKeyPair(folder, { rsa: true });
    writeKeyPair(folder, { name: 'next' });
    const gateway = await startGateway({ KEYS_DIR: folder });
    const response = await gateway.http('/.well-known/jwks.json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('content-type')).toMatch(/json/);
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(keys.map((key) => Object.keys(key).toSorted())).toEqual([
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ]);
    for (const key of keys) expect(createPublicKey({ key, format: 'jwk' }).type).toBe('public');
    expect(keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256']);
  });

  test('let a key rotate: tokens of the old one are good as long as its public half is there', async () => {
    const old = join(folder, 'jwt.key');
    writeKeyPair(folder);
    writeKeyPair(folder, { name: 'next' });
    const secret = { SERVER_SECRET: 'a secret that outlives the rotation of the key' };
    const before = await startGateway({ KEYS_DIR: folder, ...secret });
    const ada = await signedInPerson(before);
    const rotated = mkdtempSync(join(tmpdir(), 'sallyport-test-keys-'));
    folders.push(rotated);
    for (const end of ['', '.pub']) copyFileSync(join(folder, `next.key${end}`), join(rotated, `jwt.key${end}`));
    copyFileSync(`${old}.pub`, join(rotated, 'former.key.pub'));
    const after = await before.replica({ KEYS_DIR: rotated });

    expect((await after.ask(ME, {}, { token: ada.accessToken })).me.id).toBe(ada.id);
    const { refresh } = await after.ask(REFRESH, { input: { refreshToken: ada.refreshToken } });
    expect(decode(refresh.accessToken).header.kid).not.toBe(decode(ada.accessToken).header.kid);
    // The next key was published before it signed, so that nobody meets it unprepared.
    expect((await before.ask(ME, {}, { token: refresh.accessToken })).me.id).toBe(ada.id);

    rmSync(join(rotated, 'former.key.pub'));
    const later = await before.replica({ KEYS_DIR: rotated });
    expectCode(await later.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_INVALID');
  });
});

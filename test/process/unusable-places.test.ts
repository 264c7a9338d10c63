import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { embeddedFolder } from '../support/embedded-folder.js';
import { failedStart } from '../support/failed-start.js';
import { runCommand, startServer, temporaryFolder } from '../support/server-process.js';

jest.setTimeout(120_000);

let keys: string;
beforeAll(async () => {
  keys = temporaryFolder();
  await runCommand(['keys', '--dir', keys]);
});

/** Fails with sentences: no stack, and no words of a library alone. */
const refusal = (settings: Record<string, string>) => failedStart({ KEYS_DIR: keys, ...settings });

/** A path at which there can be no folder, also for root. */
function fileInTheWay(): string {
  const path = join(temporaryFolder(), 'a-file');
  writeFileSync(path, '');
  return path;
}

describe('an address that is not of this machine', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase();
  });
  afterAll(() => database.drop());

  test.each(['192.0.2.7', 'no-such-host.invalid'])('%s, on a port of its own or any', async (HOST) => {
    const sentence = new RegExp(
      `HOST: ${HOST.replaceAll('.', '\\.')} is not an address of this machine.* Write 127\\.0\\.0\\.1`,
    );
    expect(await refusal({ HOST, PORT: '0', DATABASE_URL: database.url })).toMatch(sentence);
    expect(await refusal({ HOST, PORT: '48391', DATABASE_URL: database.url })).toMatch(sentence);
  });
});

describe('keys', () => {
  const encrypted = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'a passphrase',
    });

  const pssKey = () =>
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

  test.each([
    ['jwt.key', () => 'garbage', /jwt\.key holds no key in PEM \(-----BEGIN PRIVATE KEY-----\)/],
    ['jwt.key', () => '', /jwt\.key holds no key in PEM/],
    ['jwt.key', encrypted, /jwt\.key is encrypted, .* Decrypt it: openssl pkey/],
    ['jwt.key', pssKey, /jwt\.key must be an RSA key of at least 2048 bit or an EC key on P-256/],
    ['next.key.pub', () => 'garbage', /next\.key\.pub holds no key in PEM \(-----BEGIN PUBLIC KEY-----\)/],
  ])('%s that cannot be used', async (name, content, sentence) => {
    const folder = temporaryFolder();
    await runCommand(['keys', '--dir', folder]);
    writeFileSync(join(folder, name), content());
    expect(await refusal({ KEYS_DIR: folder })).toMatch(sentence);
  });

  test('a folder that is a file', async () => {
    expect(await refusal({ KEYS_DIR: fileInTheWay() })).toMatch(/KEYS_DIR: .* cannot be read .*set KEYS_DIR/);
    expect(await refusal({ KEYS_DIR: join(fileInTheWay(), 'keys') })).toMatch(/KEYS_DIR: no keys can be made in/);
    const { code, output } = await runCommand(['keys', '--dir', join(fileInTheWay(), 'keys')]);
    expect(code).toBe(1);
    expect(output).toMatch(/a part of this is a file and not a folder/);
  });
});

describe('the data folder', () => {
  test('that cannot be written', async () => {
    expect(await refusal({ DATA_DIR: fileInTheWay() })).toMatch(/data folder .* cannot be written .* Set DATA_DIR/);
  });

  test('that cannot be locked', async () => {
    const TMPDIR = join(temporaryFolder(), 'there-is-none');
    expect(await refusal({ TMPDIR })).toMatch(/cannot be locked .* set TMPDIR to a folder that exists/);
  });

  test('of another major version of the embedded database', async () => {
    const folder = await embeddedFolder();
    const version = join(folder, 'pg/PG_VERSION');
    // What the sentence calls the version of now is the one that a new folder has.
    const now = readFileSync(version, 'utf8').trim();
    writeFileSync(version, '14\n');
    expect(await refusal({ DATA_DIR: folder })).toMatch(
      new RegExp(`made by PostgreSQL 14, and the embedded database is ${now} now\\. Set DATA_DIR`),
    );
  });

  test('whose files are damaged', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'pg'));
    writeFileSync(join(folder, 'pg/PG_VERSION'), '18\n');
    expect(await refusal({ DATA_DIR: folder })).toMatch(/cannot be opened \(.*\)\. Put back a copy of the folder/);
  });
});

test('a database that a mistyped DATABASE_URL names is made on a laptop, and the log says so once', async () => {
  const database = await cloneDatabase();
  const name = `sallyport_mistyped_${randomBytes(4).toString('hex')}`;
  const DATABASE_URL = Object.assign(new URL(database.url), { pathname: `/${name}` }).href;
  const made = `created the database ${name}, which did not exist`;
  try {
    const first = await startServer({ DATABASE_URL, KEYS_DIR: keys });
    expect(await first.end()).toBe(0);
    expect(first.output().split(made)).toHaveLength(2);
    const second = await startServer({ DATABASE_URL, KEYS_DIR: keys });
    expect(await second.end()).toBe(0);
    expect(second.output()).not.toContain(made);
  } finally {
    await database.sql(`drop database ${name}`);
    await database.drop();
  }
});

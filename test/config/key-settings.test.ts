import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { validateKeys, keySettings } from '../../src/config/key-settings.js';
import { temporaryFolder } from '../support/server-process.js';

const DAY = 86_400_000;
const serverSecret = ['nine herons on the sluice gate at dawn'];

/** Where the keys are for a server that is started in a folder with, or without, keys/jwt.key. */
function startedBeside(files: boolean, given: Partial<Parameters<typeof keySettings>[0]>) {
  const before = process.cwd();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'keys'));
  if (files) writeFileSync(join(folder, 'keys/jwt.key'), '');
  process.chdir(folder);
  try {
    const settings = { nodeEnv: 'production' as const, ...given };
    return { ...keySettings(settings), problems: validateKeys(settings) };
  } finally {
    process.chdir(before);
  }
}

test.each([
  ['files that are there', true, { serverSecret }, 'keys'],
  ['files that are there, without SERVER_SECRET', true, {}, 'keys'],
  ['KEYS_DIR', true, { serverSecret, keysDir: '/etc/keys' }, '/etc/keys'],
  ['PostgreSQL with SERVER_SECRET', false, { serverSecret }, null],
  ['PostgreSQL in development, too', false, { serverSecret, nodeEnv: 'development' as const }, null],
  ['PostgreSQL where KEYS_DIR is off', true, { serverSecret, keysDir: 'off' }, null],
  ['files in development without SERVER_SECRET', false, { nodeEnv: 'development' as const }, 'keys'],
])('signing keys are in: %s', (_, files, given, keysDir) => {
  expect(startedBeside(files, given)).toEqual({
    keysDir,
    keyRotation: 30 * DAY,
    signingAlgorithm: 'ES256',
    problems: [],
  });
});

test.each([
  ['production has neither', false, {}, /^SERVER_SECRET: it encrypts the signing keys .*KEYS_DIR/],
  ['there is no secret', true, { keysDir: 'off' }, /^SERVER_SECRET: it encrypts the signing keys/],
  ['files cannot rotate', true, { serverSecret, keyRotation: 30 * DAY }, /^KEY_ROTATION: .* files in keys/],
  [
    'files have an algorithm',
    true,
    { serverSecret, signingAlgorithm: 'RS256' as const },
    /^SIGNING_ALGORITHM: .*files in keys/,
  ],
  ['it is too short', false, { serverSecret, keyRotation: DAY / 2 }, /^KEY_ROTATION: at least 1d/],
])('it is a mistake where %s', (_, files, given, problem) => {
  expect(startedBeside(files, given).problems).toEqual([expect.stringMatching(problem)]);
});

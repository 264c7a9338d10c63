import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { address, answerTo, EXPORTED, hash, password } from '../support/exported-users.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { importLines } from '../support/import-command.js';
import { writeHashConfig } from '../support/hashes.js';
import { signIn } from '../support/people.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-fails-closed-'));
const hashConfig = join(folder, 'hash-config');
let gateway: TestGateway;

beforeAll(async () => {
  writeHashConfig(hashConfig);
  gateway = await startGateway();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a person whom Supabase has banned is suspended, whatever it writes for the end of time', async () => {
  const cases: [string | null, string][] = [
    ['infinity', 'ACCOUNT_SUSPENDED'],
    ['294276-12-31T23:59:59.999999+00:00', 'ACCOUNT_SUSPENDED'],
    ['10000-01-01T00:00:00+00:00', 'ACCOUNT_SUSPENDED'],
    ['9999-12-31T23:59:59.999+00:00', 'ACCOUNT_SUSPENDED'],
    ['2999-01-01 00:00:00+00', 'ACCOUNT_SUSPENDED'],
    ['2020-01-01 00:00:00.5+00', 'SignedIn'],
    ['2020-01-01T00:00:00Z', 'SignedIn'],
    [null, 'SignedIn'],
  ];
  const lines = cases.map(([until], index) => EXPORTED.supabase?.(`banned-${index}`, { banned_until: until }) ?? '');
  expect(await run('supabase', lines)).toMatchObject({ code: 0 });
  for (const [index, [until, expected]] of cases.entries())
    expect({ until, answer: await answerTo(gateway, `banned-${index}`) }).toEqual({ until, answer: expected });
});

describe('a line is refused', () => {
  const passwords = [
    'passwd',
    'pwd',
    'hash',
    'passwordhash',
    'password_hash',
    'user_pass',
    'hashed',
    'encryptedPasword',
  ];
  const locks = ['isBanned', 'Blocked', 'is_locked', 'deactivated_at', 'suspendedUntil', 'status'];

  test.each([
    ['sallyport', 'suspended', ['yes', 'true', 1, {}]],
    ['firebase', 'disabled', ['true', 'false', 1, 0, '', 'yes', {}]],
    ['auth0', 'blocked', ['true', 'false', 1, 0, '', ['here']]],
    [
      'supabase',
      'banned_until',
      ['-infinity', 'tomorrow', '', 4_102_444_800, true, '2020-01-01', '2020-13-41T00:00:00Z', {}],
    ],
    ['keycloak', 'enabled', ['false', 'true', 0, 1, '', null]],
    ['better-auth', 'banned', ['true', 'false', 1, 0, '', {}]],
    ['django', 'is_active', ['false', 'True', 0, 1, null]],
  ])(
    'from %s whose %s cannot be read, or that has a password or a lock under another name',
    async (source, lock, values) => {
      const fields = [
        ...values.map((value) => ({ [lock]: value })),
        ...[...passwords, ...locks].map((name) => ({ [name]: hash })),
        ...(source === 'django' ? [] : [{ password: hash }]),
      ];
      const lines = fields.map((more, index) => EXPORTED[source]?.(`${source}-${index}`, more) ?? '');
      const { code, output, report } = await run(source, lines);
      expect(output).toContain(`0 imported, 0 skipped, ${lines.length} refused`);
      expect(code).toBe(3);
      for (const [index, field] of fields.entries())
        expect(JSON.stringify(report[index])).toContain(Object.keys(field)[0]);
      if (source !== 'sallyport')
        expect(report.map(({ reason }) => reason)).toEqual([
          ...values.map(() => 'UNREADABLE_LOCK'),
          ...fields.slice(values.length).map(() => 'UNKNOWN_FIELD'),
        ]);
      expect(JSON.stringify(report)).not.toContain(hash.slice(10));
    },
  );
});

test('another unknown field is reported once, and the users are imported', async () => {
  const lines = ['one', 'two', 'three'].map((name) =>
    EXPORTED.supabase?.(`unknown-${name}`, { shoe_size: 38, ...(name === 'two' && { '\u001b[2J': 1 }) }),
  );
  const { code, output, report } = await run('supabase', lines as object[]);
  expect(code).toBe(0);
  expect(output).toContain('Unknown fields, not imported: shoe_size, (a name of other characters).');
  expect(output).not.toContain('\u001b');
  expect(report.filter(({ reason }) => reason === 'UNKNOWN_FIELD')).toMatchObject([
    { line: 1, outcome: 'imported', field: 'shoe_size' },
    { line: 2, outcome: 'imported', field: '(a name of other characters)' },
  ]);
});

test('an invalid optional field is left out and reported; the user is imported', async () => {
  const line = {
    ...EXPORTED.sallyport?.('left-out', {}),
    username: 'a@b',
    displayName: 'Ada\nBcc: all',
    locale: 'no such language',
    createdAt: '2999-01-01',
  };
  const { code, output, report } = await run('sallyport', [line]);
  expect(code).toBe(0);
  expect(output).toContain('1 imported (1 with a field left out), 0 skipped, 0 refused');
  expect(report).toMatchObject(
    ['username', 'displayName', 'locale', 'createdAt'].map((field) => ({
      line: 1,
      outcome: 'imported',
      reason: 'LEFT_OUT',
      field,
      message: expect.any(String),
    })),
  );
  expect(await answerTo(gateway, 'left-out')).toBe('SignedIn');
  const [row] = await gateway.database.sql('SELECT * FROM users WHERE email = $1', [address('left-out')]);
  expect(row).toMatchObject({ username: null, display_name: null, locale: null });
});

test('no more roles than the API grants, since a token carries them all', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `wide-${index}`);
  const permissions = Array.from({ length: 9 }, (_, index) => `resource-${index}:${'x'.repeat(50)}`);
  await gateway.database.sql(
    `INSERT INTO roles (name, permissions, created_at, updated_at) SELECT name, $2, now(), now() FROM unnest($1::text[]) AS name`,
    [names, permissions],
  );
  const line = (name: string, roles: unknown) => EXPORTED.sallyport?.(name, { roles }) ?? '';
  const { code, report } = await run(
    'sallyport',
    [
      line('roles-30', names),
      line('roles-8', names.slice(0, 8)),
      line('roles-long', ['x'.repeat(65)]),
      line('roles-number', [7]),
      line('roles-7', [...names.slice(0, 7), 'user', 'wide-0']),
    ],
    ['--allow-roles'],
  );
  expect(code).toBe(3);
  expect(report).toMatchObject(
    [1, 2, 3, 4].map((number) => ({
      line: number,
      outcome: 'refused',
      reason: 'INVALID',
      field: expect.stringMatching(/^roles/),
    })),
  );
  expect(report[0]?.message).toBe('A person holds at most 8 roles.');
  const { accessToken } = await signIn(gateway, { email: address('roles-7'), password });
  expect(accessToken.length).toBeLessThan(8192);
  const { me } = await gateway.ask('{ me { email } }', {}, { token: accessToken });
  expect(me).toEqual({ email: address('roles-7') });
});

let files = 0;
function run(source: string, lines: (object | string)[], args: string[] = []) {
  files += 1;
  const config = source === 'firebase' ? ['--firebase-hash-config', hashConfig] : [];
  return importLines(
    join(folder, `${files}.ndjson`),
    lines,
    ['--from', source, ...config, ...args],
    gateway.database.url,
  );
}

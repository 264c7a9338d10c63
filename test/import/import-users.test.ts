import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { mixedLines, type SampleHash, sampleHashes, writeHashConfig } from '../support/hashes.js';
import { readReport, runImport, startImport } from '../support/import-command.js';
import { LOGIN } from '../support/people.js';
import { root } from '../support/source-tree.js';

const TWICE = 'An object in this line has the same field twice.';
const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-import-'));
const hashConfig = join(folder, 'hash-config');
let samples: SampleHash[];
let gateway: TestGateway;

beforeAll(async () => {
  writeHashConfig(hashConfig);
  [samples, gateway] = await Promise.all([sampleHashes(), startGateway()]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('10,000 users with mixed hashes are imported in seconds; each kind signs in and is found re-hashed', async () => {
  const file = write('mixed.ndjson', mixedLines(samples, 10_000));
  const begun = performance.now();
  const { code, output } = await runProcess([file, '--firebase-hash-config', hashConfig]);
  expect(output).toContain('10000 imported, 0 skipped, 0 refused of 10000 lines');
  expect(code).toBe(0);
  expect(performance.now() - begun).toBeLessThan(100_000); // hashed by argon2id, they would take minutes
  const stored = (email: string) =>
    gateway.database.sql<{ hash: string }>(
      'SELECT hash FROM passwords JOIN users ON users.id = user_id WHERE email = $1',
      [email],
    );

  for (const [index, { kind, password }] of samples.entries()) {
    const email = `person-${index}@example.com`;
    const [before] = await stored(email);
    expect(before?.hash.startsWith('$argon2id$v=19$m=19456,t=2,p=1$')).toBe(false);
    expectCode(await login(email, `${password}!`), 'INVALID_CREDENTIALS');
    const { data, errors } = await login(email, password);
    expect({ kind, errors, kindOfAnswer: data?.login.__typename }).toEqual({
      kind,
      errors: [],
      kindOfAnswer: 'SignedIn',
    });
    const [after] = await stored(email);
    expect(after?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login(email, password)).errors).toEqual([]);
  }
  const counts = `SELECT (SELECT count(*) FROM user_roles WHERE role_name <> 'user') AS raised,
    (SELECT count(*) FROM audit_events WHERE action = 'importUsers' AND outcome = 'SUCCEEDED' AND subject_id IN (SELECT id FROM users)) AS audited`;
  expect(await gateway.database.sql(counts)).toEqual([{ raised: '0', audited: '10000' }]);
}, 240_000);

test('a second run changes no user and reports each as skipped', async () => {
  const file = write('again.ndjson', mixedLines(samples, 40, 'again'));
  expect((await run([file, '--firebase-hash-config', hashConfig])).output).toContain(
    '40 imported, 0 skipped, 0 refused',
  );
  const before = await gateway.database.sql(
    `SELECT * FROM users JOIN passwords ON id = user_id WHERE email LIKE 'again-%' ORDER BY id`,
  );
  const { code, output } = await run([file, '--firebase-hash-config', hashConfig]);
  expect({ code, output }).toMatchObject({
    code: 0,
    output: expect.stringContaining('0 imported, 40 skipped, 0 refused'),
  });
  expect(readReport(`${file}.report`).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(
    Array(40).fill('skipped EMAIL_EXISTS'),
  );
  expect(
    await gateway.database.sql(
      `SELECT * FROM users JOIN passwords ON id = user_id WHERE email LIKE 'again-%' ORDER BY id`,
    ),
  ).toEqual(before);
});

describe('a line is refused, and the report says why without its hash,', () => {
  const hash = '$2b$04$CCCCCCCCCCCCCCCCCCCCC.OOfSmmNmzW2XDLHHX5qLDnbSkDcSNL6';
  const line = (more: object) => JSON.stringify({ email: 'refused@example.com', passwordHash: hash, ...more });
  const cases: [string, string | Buffer, object][] = [
    ['is not JSON', `{"email":"x@example.com","passwordHash":"${hash}"`, { reason: 'NOT_JSON' }],
    ['is an array', `[${line({})}]`, { reason: 'NOT_JSON' }],
    ['is not UTF-8', Buffer.from('{"email":"\xe9@example.com"}', 'latin1'), { reason: 'NOT_UTF8' }],
    ['is longer than 64 KiB', line({ displayName: 'x'.repeat(70_000) }), { reason: 'LINE_TOO_LONG' }],
    ['has no address', line({ email: undefined }), { reason: 'INVALID', field: 'email' }],
    ['has an address outside ASCII', line({ email: 'ad\u212A@example.com' }), { reason: 'INVALID', field: 'email' }],
    [
      'has a field that does not exist',
      line({ emailverified: true }),
      { reason: 'INVALID', message: 'There is no field emailverified here.' },
    ],
    [
      'has a password instead of a hash',
      line({ passwordHash: '{noop}correct horse battery staple' }),
      { reason: 'UNKNOWN_HASH_FORMAT' },
    ],
    [
      'has a hash of MD5',
      line({ passwordHash: '5f4dcc3b5aa765d61d8327deb882cf99' }),
      { reason: 'UNKNOWN_HASH_FORMAT' },
    ],
    [
      'has a hash that asks for 2^31 rounds',
      line({ passwordHash: hash.replace('04', '31') }),
      { reason: 'UNUSABLE_HASH' },
    ],
    ['has a hash that is cut off', line({ passwordHash: hash.slice(0, 40) }), { reason: 'UNUSABLE_HASH' }],
    [
      'has a hash by unknown parts',
      line({ passwordHash: { algorithm: 'md5', hash } }),
      { reason: 'INVALID', field: 'passwordHash' },
    ],
    [
      "has Firebase's hash without its parameters",
      line({ passwordHash: { algorithm: 'firebase-scrypt', salt: 'AA==', hash: 'AA==' } }),
      { reason: 'UNUSABLE_HASH' },
    ],
    ['has a NUL in its hash', line({ passwordHash: 'pbkdf2_sha256$9$a\0b$QUFB' }), { reason: 'UNKNOWN_HASH_FORMAT' }],
    [
      'says twice whether it is locked',
      '{"email":"x@example.com","suspended":true,"suspended":false}',
      { reason: 'INVALID' },
    ],
    [
      'says so under an escaped name',
      '{"suspended":true,"susp\\u0065nded":false}',
      { reason: 'INVALID', message: TWICE },
    ],
    ['has a prototype', '{"__proto__":{},"email":"x@example.com"}', { reason: 'INVALID' }],
    ['asks for a role', line({ roles: ['admin'] }), { reason: 'ROLES_NOT_ALLOWED' }],
    ['has roles that are no list', line({ roles: 'admin' }), { reason: 'INVALID', field: 'roles' }],
    [
      'has the username of another user',
      line({ email: 'other@example.com', username: 'Sitting_There' }),
      { reason: 'USERNAME_TAKEN' },
    ],
  ];

  test('when it is one of these', async () => {
    await run([write('there.ndjson', [JSON.stringify({ email: 'there@example.com', username: 'sitting_there' })])]);
    const file = join(folder, 'refused.ndjson');
    writeFileSync(file, Buffer.concat(cases.flatMap(([, text]) => [Buffer.from(text), Buffer.from('\n')])));
    const { code, output } = await runProcess([file]);
    expect(output).toContain(`0 imported, 0 skipped, ${cases.length} refused`);
    expect(code).toBe(3);
    const lines = readReport(`${file}.report`);
    for (const [index, [why, , expected]] of cases.entries()) {
      expect({ why, ...lines[index] }).toMatchObject({
        why,
        line: index + 1,
        outcome: 'refused',
        message: expect.any(String),
        ...expected,
      });
    }
    const written = readFileSync(`${file}.report`, 'utf8') + output;
    for (const secret of [hash.slice(8, 30), 'battery', '5f4dcc3b', '@example.com'])
      expect(written).not.toContain(secret);
    expect(statSync(`${file}.report`).mode & 0o077).toBe(0);
  });
});

test('an administrator is imported with --allow-roles only, and no role that does not exist', async () => {
  const file = write('roles.ndjson', [
    JSON.stringify({ email: 'chief@example.com', roles: ['admin'] }),
    JSON.stringify({ email: 'ghost@example.com', roles: ['emperor'] }),
  ]);
  expect(await run([file])).toMatchObject({
    code: 3,
    output: expect.stringContaining('0 imported, 0 skipped, 2 refused'),
  });
  expect(await run([file, '--allow-roles'])).toMatchObject({
    code: 3,
    output: expect.stringContaining('1 imported, 0 skipped, 1 refused'),
  });
  expect(readReport(`${file}.report`)).toMatchObject([{ line: 2, reason: 'UNKNOWN_ROLE' }]);
  const told = `SELECT details FROM audit_events JOIN users ON users.id = subject_id WHERE email = 'chief@example.com'`;
  expect(await gateway.database.sql(told)).toEqual([
    { details: { roles: expect.arrayContaining(['admin']), identities: 0 } },
  ]);
  const held = `SELECT role_name FROM user_roles JOIN users ON id = user_id WHERE email = 'chief@example.com' ORDER BY 1`;
  expect(await gateway.database.sql(held)).toEqual([{ role_name: 'admin' }, { role_name: 'user' }]);
});

test('a dry run says what would happen and writes nothing', async () => {
  const twice = JSON.stringify({ email: 'twice@example.com', username: 'twice' });
  const file = write('dry.ndjson', [
    ...mixedLines(samples, 600, 'dry'),
    twice,
    twice.toUpperCase().replace(/"(EMAIL|USERNAME)"/g, (key) => key.toLowerCase()),
    '{}',
  ]);
  const args = [file, '--firebase-hash-config', hashConfig];
  const dry = await run([...args, '--dry-run']);
  expect(dry).toMatchObject({
    code: 3,
    output: expect.stringContaining(
      'Dry run, nothing was written: 601 would be imported, 0 skipped, 2 refused of 603 lines',
    ),
  });
  const rows = `SELECT (SELECT count(*) FROM users WHERE email LIKE 'dry-%') AS users, (SELECT count(*) FROM audit_events WHERE action = 'importUsers' AND subject_id NOT IN (SELECT id FROM users)) AS events`;
  expect(await gateway.database.sql(rows)).toEqual([{ users: '0', events: '0' }]);
  expect(await run(args)).toMatchObject({
    code: 3,
    output: expect.stringMatching(/^601 imported, 0 skipped, 2 refused of 603 lines/m),
  });
});

test('a line whose id occurs twice in the file never gives its hash to the other line', async () => {
  const id = '0190b6a0-0000-7000-8000-000000000001';
  const [mine, theirs] = [samples[3]!, { written: '$2b$04$CCCCCCCCCCCCCCCCCCCCC.OOfSmmNmzW2XDLHHX5qLDnbSkDcSNL6' }];
  await run([write('first.ndjson', [JSON.stringify({ email: 'taken@example.com' })])]);
  const file = write('ids.ndjson', [
    JSON.stringify({ id, email: 'taken@example.com', passwordHash: theirs.written }),
    JSON.stringify({ id, email: 'owner@example.com', emailVerified: true, passwordHash: mine.written }),
  ]);
  expect((await run([file])).output).toContain('0 imported, 1 skipped, 1 refused');
  expect((await run([file])).output).toContain('0 imported, 1 skipped, 1 refused');
  expect(readReport(`${file}.report`).map(({ reason }) => reason)).toEqual(['EMAIL_EXISTS', 'DUPLICATE']);
});

test('wrong arguments are answered with what would be right', async () => {
  for (const [args, answer] of [
    [[], 'sallyport users:import FILE.ndjson'],
    [[join(folder, 'nothing.ndjson')], 'There is no file'],
    [[hashConfig, '--from', 'geocities'], 'Sources: sallyport, firebase'],
    [[hashConfig, '--from', 'firebase'], '--firebase-hash-config'],
    [[hashConfig, '--alow-roles'], '--allow-roles'],
    [[hashConfig, '--firebase-hash-config', join(root, 'package.json')], "does not hold Firebase's hash parameters"],
  ] as const) {
    const code = answer.startsWith('sallyport users:import') || answer === '--allow-roles' ? 2 : 1;
    expect(await runProcess([...args])).toMatchObject({ code, output: expect.stringContaining(answer) });
  }
});

function login(identifier: string, password: string) {
  return gateway.gql(LOGIN, { input: { identifier, password } });
}

function write(name: string, lines: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const run = (args: string[]) => runImport(args, gateway.database.url);
const runProcess = (args: string[]) => startImport(args, gateway.database.url).ended;

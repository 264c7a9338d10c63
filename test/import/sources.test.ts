import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hash as argon2 } from '@node-rs/argon2';
import { hashSync as bcrypt } from 'bcryptjs';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { FIREBASE, firebaseHash } from '../support/hashes.js';
import { runImport } from '../support/import-command.js';
import { LOGIN } from '../support/people.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-sources-'));
const password = 'a ferry crosses at noon';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("Firebase's export, with the parameters in JSON", async () => {
  const salt = randomBytes(12);
  const exported = {
    localId: '8XQk2mT0dFb',
    email: 'Fire@example.com',
    emailVerified: true,
    passwordHash: firebaseHash(password, salt),
    salt: salt.toString('base64'),
    displayName: 'Fire Base',
    photoUrl: 'https://example.com/fire.png',
    lastSignedInAt: '1700000000000',
    createdAt: '1600000000000',
    disabled: false,
    providerUserInfo: [],
  };
  const config = join(folder, 'hash-config.json');
  writeFileSync(config, JSON.stringify(FIREBASE));
  const locked = { ...exported, localId: '9YRl3nU1eGc', email: 'fire-locked@example.com', disabled: true };
  await imported('firebase', [exported, locked], ['--firebase-hash-config', config]);
  expect(await signIn('fire@example.com')).toBe('SignedIn');
  expect(await signIn('fire-locked@example.com')).toBe('ACCOUNT_SUSPENDED');
  expect(await userOf('fire@example.com')).toMatchObject({
    display_name: 'Fire Base',
    created_at: new Date(1_600_000_000_000),
  });
});

test("Auth0's export, whose unverified addresses stay unverified", async () => {
  const exported = {
    _id: { $oid: '5c2f' },
    email: 'auth@example.com',
    email_verified: true,
    username: 'auth.person',
    name: 'auth@example.com',
    passwordHash: bcrypt(password, 4),
    tenant: 'example',
    created_at: '2021-05-01T10:00:00.000Z',
  };
  const unproved = {
    ...exported,
    _id: { $oid: '5c30' },
    email: 'auth-unproved@example.com',
    username: 'auth.unproved',
    email_verified: false,
  };
  await imported('auth0', [exported, unproved]);
  expect(await signIn('auth.person')).toBe('SignedIn');
  expect(await signIn('auth.unproved')).toBe('ChallengeRequired');
  expect(await userOf('auth@example.com')).toMatchObject({ display_name: null });
});

test("Supabase's rows keep their ids; users banned or deleted there are suspended", async () => {
  const exported = {
    id: '3F2504E0-4F89-41D3-9A0C-0305E82C3301',
    email: 'supa@example.com',
    encrypted_password: bcrypt(password, 4),
    email_confirmed_at: '2023-01-01T00:00:00+00:00',
    created_at: '2023-01-01T00:00:00.123456+00:00',
    raw_user_meta_data: { full_name: 'Supa Base' },
    banned_until: null,
    deleted_at: null,
  };
  const banned = { ...exported, id: undefined, email: 'supa-banned@example.com', banned_until: '2999-01-01T00:00:00Z' };
  const again = { ...exported, id: undefined, email: 'supa-again@example.com', banned_until: '2020-01-01T00:00:00Z' };
  const gone = { ...exported, id: undefined, email: 'supa-gone@example.com', deleted_at: '2024-01-01T00:00:00Z' };
  await imported('supabase', [exported, banned, again, gone]);
  expect(await signIn('supa@example.com')).toBe('SignedIn');
  expect(await signIn('supa-banned@example.com')).toBe('ACCOUNT_SUSPENDED');
  expect(await signIn('supa-again@example.com')).toBe('SignedIn');
  expect(await signIn('supa-gone@example.com')).toBe('ACCOUNT_SUSPENDED');
  expect(await userOf('supa@example.com')).toMatchObject({ id: exported.id.toLowerCase(), display_name: 'Supa Base' });
});

test("Keycloak's users with PBKDF2 under each digest, with argon2, and without a password", async () => {
  const salt = randomBytes(16);
  const user = (name: string, credentials: object[] = []) => ({
    id: crypto.randomUUID(),
    createdTimestamp: 1_600_000_000_000,
    username: name,
    email: `${name}@example.com`,
    emailVerified: true,
    enabled: true,
    firstName: 'Key',
    lastName: 'Cloak',
    attributes: { locale: ['de'] },
    credentials,
    requiredActions: [],
  });
  const credential = (hash: string, algorithm: string, hashIterations: number, more: object = {}) => ({
    type: 'password',
    secretData: JSON.stringify({ value: hash, salt: salt.toString('base64'), additionalParameters: {} }),
    credentialData: JSON.stringify({ hashIterations, algorithm, ...more }),
  });
  const pbkdf2 = (digest: string) => pbkdf2Sync(password, salt, 1000, 64, digest).toString('base64');
  const phc = await argon2(password, { memoryCost: 7168, timeCost: 5, parallelism: 1, salt });
  const parameters = { hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] };
  const argon = credential(`${phc.split('$')[5]}=`, 'argon2', 5, { additionalParameters: parameters });
  await imported('keycloak', [
    user('cloak-one', [credential(pbkdf2('sha1'), 'pbkdf2', 1000)]),
    user('cloak-256', [
      { type: 'otp', secretData: '{}', credentialData: '{}' },
      credential(pbkdf2('sha256'), 'pbkdf2-sha256', 1000),
    ]),
    user('cloak-512', [credential(pbkdf2('sha512'), 'pbkdf2-sha512', 1000)]),
    user('cloak-argon', [argon]),
    user('cloak-social'),
  ]);
  for (const name of ['cloak-one', 'cloak-256', 'cloak-512', 'cloak-argon'])
    expect(await signIn(name)).toBe('SignedIn');
  expectCode(await login('cloak-social', ''), 'INVALID_CREDENTIALS');
  expect(await userOf('cloak-argon@example.com')).toMatchObject({ display_name: 'Key Cloak', locale: 'de' });

  const odd = [
    user('cloak-other', [credential(pbkdf2('sha1'), 'home-made', 1)]),
    user('cloak-broken', [{ type: 'password', secretData: 'not JSON', credentialData: '{}' }]),
  ];
  expect(await run('keycloak', odd)).toMatchObject({
    code: 3,
    output: expect.stringContaining('0 imported, 0 skipped, 2 refused'),
  });
});

test("Django's dump; an unusable password opens nothing", async () => {
  const digest = pbkdf2Sync(password, 'seasalt', 1000, 32, 'sha256').toString('base64');
  const row = (pk: number, fields: object) => ({
    model: 'auth.user',
    pk,
    fields: {
      is_superuser: true,
      is_active: true,
      first_name: 'Dj',
      last_name: 'Ango',
      date_joined: '2022-02-02T02:02:02.222Z',
      groups: [],
      ...fields,
    },
  });
  await imported('django', [
    row(7, {
      username: 'django.one',
      email: 'django-one@example.com',
      password: `pbkdf2_sha256$1000$seasalt$${digest}`,
    }),
    row(8, { username: 'django-two@example.com', email: 'django-two@example.com', password: '!kkJh5R0' }),
  ]);
  // Django does not know whether an address was proved.
  expect(await signIn('django.one')).toBe('ChallengeRequired');
  expectCode(await login('django-two@example.com', '!kkJh5R0'), 'INVALID_CREDENTIALS');
  const roles = `SELECT DISTINCT role_name FROM user_roles JOIN users ON id = user_id WHERE email LIKE 'django-%'`;
  expect(await gateway.database.sql(roles)).toEqual([{ role_name: 'user' }]);
});

function login(identifier: string, secret: string) {
  return gateway.gql(LOGIN, { input: { identifier, password: secret } });
}

async function signIn(identifier: string): Promise<string> {
  expectCode(await login(identifier, `${password}!`), 'INVALID_CREDENTIALS');
  const { data, errors } = await login(identifier, password);
  return data?.login.__typename ?? errors[0]?.extensions.code;
}

async function userOf(email: string) {
  return (await gateway.database.sql('SELECT * FROM users WHERE email = $1', [email]))[0];
}

function run(source: string, users: object[], args: string[] = []) {
  const file = join(folder, `${source}.ndjson`);
  writeFileSync(file, users.map((user) => JSON.stringify(user)).join('\n'));
  return runImport([file, '--from', source, ...args], gateway.database.url);
}

async function imported(source: string, users: object[], args?: string[]): Promise<void> {
  expect(await run(source, users, args)).toMatchObject({
    code: 0,
    output: expect.stringContaining(`${users.length} imported`),
  });
}

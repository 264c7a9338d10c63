import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { address, EXPORTED } from '../support/exported-users.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { writeHashConfig } from '../support/hashes.js';
import { importLines } from '../support/import-command.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-exported-identities-'));
const hashConfig = join(folder, 'hash-config');
const TENANT = '5f1a2b3c-0d4e-4f60-8a7b-1c2d3e4f5a6b';
const OID = '0a1b2c3d-4e5f-4061-8273-94a5b6c7d8e9';
const MICROSOFT = `https://login.microsoftonline.com/${TENANT}/v2.0`;
/** Providers that this server is configured for. */
const SETTINGS = {
  PROVIDERS: 'acme,entra,ghe',
  PROVIDER_ACME_ISSUER: 'https://id.acme.example',
  PROVIDER_ACME_CLIENT_ID: 'sallyport',
  PROVIDER_ACME_CLIENT_SECRET: 'a secret of a client',
  PROVIDER_ENTRA_KIND: 'microsoft',
  PROVIDER_ENTRA_TENANT: TENANT,
  PROVIDER_ENTRA_CLIENT_ID: 'sallyport',
  PROVIDER_ENTRA_CLIENT_SECRET: 'a secret of a client',
  PROVIDER_GHE_KIND: 'github',
  PROVIDER_GHE_BASE_URL: 'https://github.acme.example',
  PROVIDER_GHE_CLIENT_ID: 'sallyport',
  PROVIDER_GHE_CLIENT_SECRET: 'a secret of a client',
};
let gateway: TestGateway;

beforeAll(async () => {
  writeHashConfig(hashConfig);
  gateway = await startGateway();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("Firebase's providers bring their subjects; a password and a telephone are none", async () => {
  const providerUserInfo = [
    {
      providerId: 'google.com',
      rawId: '110169484474386276334',
      email: 'ada@gmail.com',
      displayName: 'Ada Lovelace',
      photoUrl: 'https://lh3.googleusercontent.com/a/ada',
    },
    { providerId: 'apple.com', rawId: '001473.fe6f83bf4b8e4590aacbabdcb8598bd0.2039' },
    { providerId: 'facebook.com', rawId: '10158945312345678' },
    { providerId: 'github.com', rawId: '583231' },
    { providerId: 'twitter.com', rawId: '2244994945' },
    { providerId: 'oidc.acme', rawId: 'acme-7' },
    { providerId: 'password', email: 'ada@example.com', displayName: '' },
    { providerId: 'phone' },
  ];
  const { report, identities } = await imported('firebase', 'fire', { providerUserInfo }, [
    '--firebase-hash-config',
    hashConfig,
    '--provider',
    'oidc.acme=acme',
  ]);
  expect(leftOut(report)).toEqual([]);
  expect(identities).toEqual([
    ['acme', 'https://id.acme.example', 'acme-7', null, null],
    ['apple', 'https://appleid.apple.com', '001473.fe6f83bf4b8e4590aacbabdcb8598bd0.2039', null, null],
    ['facebook', 'https://www.facebook.com', '10158945312345678', null, null],
    ['github', 'https://github.com/login/oauth', '583231', null, null],
    ['google', 'https://accounts.google.com', '110169484474386276334', 'ada@gmail.com', 'Ada Lovelace'],
    ['x', 'https://x.com', '2244994945', null, null],
  ]);
});

test("Auth0's identities: numbers, linked accounts, and connections whose name precedes the subject", async () => {
  const identities = [
    { provider: 'google-oauth2', user_id: '113710000000000000000', connection: 'google-oauth2', isSocial: true },
    {
      provider: 'github',
      user_id: 583_232,
      connection: 'github',
      isSocial: true,
      profileData: { email: 'ada@users.example', email_verified: true, name: 'The Ada', nickname: 'ada' },
    },
    { provider: 'oauth2', user_id: 'acme-social|WfCxeyQQi00000000', connection: 'acme-social', isSocial: true },
    { provider: 'oidc', user_id: 'acme-staff|s|7', connection: 'acme-staff', isSocial: false },
    { provider: 'auth0', user_id: '5c2f', connection: 'Username-Password-Authentication', isSocial: false },
    { provider: 'windowslive', user_id: 'a1b2c3d4e5f60718', connection: 'windowslive', isSocial: true },
    { provider: 'samlp', user_id: 'corp|ada@corp.example', connection: 'corp', isSocial: false },
  ];
  const given = { user_id: 'google-oauth2|113710000000000000000', name: 'Ada', identities };
  const { report, identities: kept } = await imported('auth0', 'auth', given, [
    '--provider',
    'acme-social=acme,acme-staff=acme',
  ]);
  expect(kept).toEqual([
    ['acme', 'https://id.acme.example', 'WfCxeyQQi00000000', null, null],
    ['acme', 'https://id.acme.example', 's|7', null, null],
    ['github', 'https://github.com/login/oauth', '583232', 'ada@users.example', 'The Ada'],
    ['google', 'https://accounts.google.com', '113710000000000000000', address('auth'), 'Ada'],
  ]);
  expect(leftOut(report)).toEqual([
    'No provider is known by the name windowslive. Name one of PROVIDERS for it: --provider windowslive=ID.',
    'No provider is known by the name corp. Name one of PROVIDERS for it: --provider corp=ID.',
  ]);
});

test("Supabase's identities; one of a GitHub or GitLab of one's own is not taken for the public one's", async () => {
  const row = (provider: string, sub: string, more: object = {}) => ({
    id: crypto.randomUUID(),
    provider,
    provider_id: sub,
    user_id: crypto.randomUUID(),
    identity_data: { sub, email: 'ada@example.com', full_name: 'Ada', email_verified: true, ...more },
    last_sign_in_at: '2024-02-29T10:11:12.123456+00:00',
  });
  const identities = [
    row('email', crypto.randomUUID()),
    row('google', '110169484474386276335', { iss: 'https://accounts.google.com' }),
    row('github', '583233', { iss: 'https://api.github.com' }),
    row('github', '7', { iss: 'https://github.acme.example/api/v3' }),
    row('gitlab', '8', { iss: 'https://gitlab.acme.example' }),
    row('gitlab', '9'),
    row('azure', 'pairwise-sub-of-one-app', { iss: MICROSOFT, custom_claims: { oid: OID, tid: TENANT } }),
    row('azure', 'another-pairwise-sub', { iss: MICROSOFT }),
    { ...row('discord', '80351110224678912'), provider_id: '1' },
    // As the admin API answers: `id` is the provider's.
    { identity_id: crypto.randomUUID(), id: '99', provider: 'slack_oidc', identity_data: { sub: 'U0R7JM' } },
    row('sso:3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'ada@corp.example'),
  ];
  const { report, identities: kept } = await imported('supabase', 'supa', { identities }, [
    '--provider',
    'github:github.acme.example=ghe',
  ]);
  expect(kept).toEqual([
    ['entra', MICROSOFT, OID, 'ada@example.com', 'Ada'],
    ['ghe', 'https://github.acme.example/login/oauth', '7', 'ada@example.com', 'Ada'],
    ['github', 'https://github.com/login/oauth', '583233', 'ada@example.com', 'Ada'],
    ['google', 'https://accounts.google.com', '110169484474386276335', 'ada@example.com', 'Ada'],
    ['slack', 'https://slack.com', 'U0R7JM', null, null],
  ]);
  const left = leftOut(report);
  expect(left).toHaveLength(5);
  expect(left[0]).toContain('No provider is known by the name gitlab:gitlab.acme.example.');
  expect(left[1]).toContain('No provider is known by the name gitlab:unknown.');
  expect(left[2]).toContain('a subject of up to 255 ASCII characters');
  expect(left[3]).toContain('a subject of up to 255 ASCII characters');
  expect(left[4]).toContain('No provider is known by the name sso:3f2504e0-4f89-41d3-9a0c-0305e82c3301.');
});

test("Keycloak's federated identities by alias; an alias that may be any server must be named", async () => {
  const federatedIdentities = [
    { identityProvider: 'google', userId: '110169484474386276336', userName: 'ada@gmail.com' },
    { identityProvider: 'github', userId: '583234', userName: 'ada' },
    { identityProvider: 'staff', userId: 'e7b1', userName: 'ada' },
    { identityProvider: 'entra-staff', userId: OID.replace('0a', '0b'), userName: 'ada@corp.example' },
    { identityProvider: 'entra-staff', userId: 'no-object-id', userName: 'ada@corp.example' },
  ];
  const { report, identities } = await imported('keycloak', 'key', { federatedIdentities }, [
    '--provider',
    'staff=acme,entra-staff=entra',
  ]);
  expect(identities).toEqual([
    ['acme', 'https://id.acme.example', 'e7b1', null, null],
    ['entra', MICROSOFT, OID.replace('0a', '0b'), null, null],
    ['google', 'https://accounts.google.com', '110169484474386276336', null, null],
  ]);
  expect(leftOut(report)).toEqual([
    'No provider is known by the name github. Name one of PROVIDERS for it: --provider github=ID.',
    'Identities of entra are not kept under such a subject.',
  ]);
});

test('the own format names providers as the settings do; what does not fit is left out, and the person is imported', async () => {
  const tenant = MICROSOFT.replace('5f', '6f');
  const { report, identities } = await imported('sallyport', 'own', {
    externalId: 'own',
    identities: [
      { provider: 'acme', subject: 'own-1', email: 'Ada@Acme.Example', displayName: 'Ada' },
      { provider: 'acme', subject: 'own-1' },
      { provider: 'ghe', subject: 42 },
      { provider: 'google', issuer: 'https://accounts.google.com', subject: 'own-google' },
      { provider: 'microsoft', issuer: tenant, subject: OID },
      { provider: 'microsoft', subject: OID },
      { provider: 'entra', issuer: tenant, subject: OID },
      { provider: 'acme', issuer: 'https://id.acme.example/', subject: 'slash' },
      { provider: 'acme', isuer: 'https://id.acme.example', subject: 'misspelt' },
      { provider: 'elsewhere', subject: 'x' },
      { provider: 'acme', subject: 'x'.repeat(256) },
      { provider: 'acme', subject: 'Zoë' },
      { provider: 'acme', subject: 1.5 },
      { provider: 'acme' },
      'a string',
      ...Array.from({ length: 18 }, (_, index) => ({ provider: 'acme', subject: `many-${index}` })),
    ],
  });
  expect(identities).toHaveLength(20);
  expect(identities.slice(-5)).toEqual([
    ['acme', 'https://id.acme.example', 'many-9', null, null],
    ['acme', 'https://id.acme.example', 'own-1', null, null],
    ['entra', tenant, OID, null, null],
    ['ghe', 'https://github.acme.example/login/oauth', '42', null, null],
    ['google', 'https://accounts.google.com', 'own-google', null, null],
  ]);
  expect(report.filter(({ reason }) => reason === 'LEFT_OUT').map(({ field }) => field)).toEqual(
    [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31, 32].map((index) => `identities.${index}`),
  );
  const left = leftOut(report);
  expect(left[0]).toBe('This provider has an issuer for each tenant, and nothing says which one it is.');
  expect(left.slice(1, 3)).toEqual(['The provider entra has another issuer.', 'The provider acme has another issuer.']);
  expect(left.at(-1)).toBe('A user has at most 20 identities.');
});

test('identities that are no list are left out in an export, and refuse a line of the own format', async () => {
  const { report } = await imported('auth0', 'no-list', { user_id: 'auth0|no-list', identities: 'a string' });
  expect(report).toMatchObject([{ outcome: 'imported' }, { reason: 'LEFT_OUT', field: 'identities.0' }]);
  expect(
    (await run('sallyport', [EXPORTED.sallyport!('own-no-list', { identities: 'a string' })])).report,
  ).toMatchObject([{ outcome: 'refused', reason: 'INVALID', field: 'identities' }]);
});

test.each([
  ['acme', '--provider takes NAME=ID: a name in the file, and one of PROVIDERS.'],
  ['acme=elsewhere', '--provider: this server is not configured for elsewhere. Add it to PROVIDERS.'],
])('--provider %s is refused before anything is read', async (value, message) => {
  const { code, output } = await run('keycloak', [EXPORTED.keycloak!('never', {})], ['--provider', value]);
  expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(message) });
});

function leftOut(report: { reason?: string; message?: string }[]): (string | undefined)[] {
  return report.filter(({ reason }) => reason === 'LEFT_OUT').map(({ message }) => message);
}

/** One person, and their identities as the table has them, in order. */
async function imported(source: string, name: string, more: object, args: string[] = []) {
  const { code, output, report } = await run(source, [EXPORTED[source]!(name, more)], args);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('1 imported') });
  const rows = await gateway.database.sql(
    `select i.* from identities i join users u on u.id = user_id where u.email = $1 order by provider, subject collate "C"`,
    [address(name)],
  );
  const kept = rows.length;
  if (kept > 0) expect(output).toContain(`Identities at providers: ${kept} imported.`);
  const columns = ['provider', 'issuer', 'subject', 'email', 'display_name'];
  return { report, identities: rows.map((row) => columns.map((column) => row[column])) };
}

let files = 0;
function run(source: string, lines: object[], args: string[] = []) {
  files += 1;
  const file = join(folder, `${files}.ndjson`);
  return importLines(file, lines, ['--from', source, ...args], gateway.database.url, SETTINGS);
}

import { scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as passkeys from '../../packages/client/src/passkeys.js';
import { createSallyport } from '../../packages/client/src/sallyport.js';
import * as server from '../../packages/client/src/server.js';
import { address, answerTo, hash, password } from '../support/exported-users.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { importLines, runImport } from '../support/import-command.js';
import { readText } from '../support/source-tree.js';

const PAGES = ['supabase-auth', 'auth0', 'firebase', 'better-auth'];
const pageOf = (name: string) => readText(`docs/migrating/${name}.md`)!;

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-migrating-'));
let gateway: TestGateway;
/** The old system's tables are in the same database, for the sake of the test. */
const old = (text: string, values: unknown[] = []) => gateway.database.sql<Record<string, object>>(text, values);

beforeAll(async () => {
  gateway = await startGateway();
  await old(`set timezone to 'UTC'`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines that the page's query of the old database gives, imported. */
async function move(page: string, from: string) {
  const [, quoted = ''] = /psql "\$\w+" -Atc "([^]*?)" > users\.ndjson/.exec(pageOf(page)) ?? [];
  const rows = await old(quoted.replaceAll('\\"', '"'));
  const lines = rows.flatMap((row) => Object.values(row));
  const file = join(folder, `${from}.ndjson`);
  return importLines(file, lines, ['--from', from], gateway.database.url, { KEYS_DIR: gateway.config.keysDir! });
}

/** As Better Auth's own hasher makes it. */
function betterAuthHash(secret: string): string {
  const salt = '00112233445566778899aabbccddeeff';
  const key = scryptSync(secret.normalize('NFKC'), salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 2 ** 26 });
  return `${salt}:${key.toString('hex')}`;
}

test("Better Auth's tables arrive by the page's query: passwords, bans, identities, and who loses a second factor", async () => {
  // As its own migrations make them, with the plugins admin, username and two-factor.
  await old(`
    create table "user" ("id" text primary key, "name" text not null, "email" text not null unique,
      "emailVerified" boolean not null, "image" text, "createdAt" timestamp not null default now(),
      "updatedAt" timestamp not null default now(), "username" text, "displayUsername" text, "role" text, "banned" boolean,
      "banReason" text, "banExpires" timestamptz, "twoFactorEnabled" boolean);
    create table account ("id" text primary key, "accountId" text not null, "providerId" text not null,
      "userId" text not null references "user", "accessToken" text, "password" text)`);
  const people: [string, object, [string, string, string | null][]][] = [
    [
      'better',
      { username: 'better.person', createdAt: '2024-02-29 10:11:12' },
      [['credential', 'better', betterAuthHash(password)]],
    ],
    ['better-own', {}, [['credential', 'own', hash]]],
    ['better-banned', { banned: true }, [['credential', 'banned', hash]]],
    ['better-until', { banned: true, banExpires: '2999-01-01T00:00:00Z' }, [['credential', 'until', hash]]],
    ['better-again', { banned: true, banExpires: '2020-01-01T00:00:00Z' }, [['credential', 'again', hash]]],
    ['better-unverified', { emailVerified: false }, [['credential', 'unverified', hash]]],
    [
      'better-social',
      {},
      [
        ['google', '11017', null],
        ['github', '5832', null],
        ['gitlab', '9', null],
        ['microsoft', 'pairwise', null],
      ],
    ],
    ['better-factor', { twoFactorEnabled: true }, [['credential', 'factor', hash]]],
  ];
  for (const [id, more, accounts] of people) {
    const row = { id, name: `Person ${id}`, email: address(id), emailVerified: true, ...more };
    const columns = Object.keys(row).map((name) => `"${name}"`);
    const places = columns.map((_, index) => `$${index + 1}`);
    await old(`insert into "user" (${columns.join()}) values (${places.join()})`, Object.values(row));
    for (const [provider, account, secret] of accounts)
      await old(`insert into account values ($1, $2, $3, $4, 'ya29.token', $5)`, [
        `${id}-${provider}`,
        account,
        provider,
        id,
        secret,
      ]);
  }
  const { output, report } = await move('better-auth', 'better-auth');
  expect(output).toContain('8 imported (2 with a field left out), 0 skipped, 0 refused');
  const answers: Record<string, string> = {};
  for (const [id] of people) answers[id] = await answerTo(gateway, id);
  expect(answers).toEqual({
    better: 'SignedIn',
    'better-own': 'SignedIn',
    'better-banned': 'ACCOUNT_SUSPENDED',
    'better-until': 'ACCOUNT_SUSPENDED',
    'better-again': 'SignedIn',
    'better-unverified': 'ChallengeRequired',
    'better-social': 'INVALID_CREDENTIALS',
    'better-factor': 'SignedIn',
  });
  expect(
    report.filter(({ reason }) => reason === 'LEFT_OUT').map(({ externalId, field }) => [externalId, field]),
  ).toEqual([
    ['better-social', 'identities.2'],
    ['better-social', 'identities.3'],
    ['better-factor', 'totpSecrets.0'],
  ]);
  const [person] = await gateway.database.sql(`select * from users where email = $1`, [address('better')]);
  expect(person).toMatchObject({
    username: 'better.person',
    display_name: 'Person better',
    created_at: new Date('2024-02-29T10:11:12Z'),
  });
  const identities = await gateway.database.sql(`select subject from identities order by subject`);
  expect(identities.map(({ subject }) => subject)).toEqual(['11017', '5832']);
});

test("Supabase's tables arrive by the page's query, each person once and with the same id", async () => {
  const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
  await old(`
    create schema auth;
    create table auth.users (id uuid primary key, email text, encrypted_password text, email_confirmed_at timestamptz,
      banned_until timestamptz, deleted_at timestamptz, created_at timestamptz default now(), raw_user_meta_data jsonb);
    create table auth.mfa_factors (id uuid, user_id uuid, factor_type text, status text, secret text, friendly_name text);
    create table auth.identities (id uuid, user_id uuid, provider text, provider_id text, identity_data jsonb)`);
  await old(
    `insert into auth.users values ($1, $2, $3, now(), null, null, now(), '{"full_name": "Supa"}'),
    (gen_random_uuid(), 'supa-gone@example.com', $3, now(), null, now(), now(), '{}')`,
    [id, address('supa'), hash],
  );
  await old(
    `insert into auth.mfa_factors values (gen_random_uuid(), $1, 'totp', 'verified', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 'Phone')`,
    [id],
  );
  const { output } = await move('supabase-auth', 'supabase');
  expect(output).toContain('1 imported, 0 skipped, 0 refused');
  expect(await answerTo(gateway, 'supa')).toBe('ChallengeRequired');
  const [person] = await gateway.database.sql('select id, display_name from users where email = $1', [address('supa')]);
  expect(person).toEqual({ id, display_name: 'Supa' });
});

describe.each(PAGES)('docs/migrating/%s.md', (name) => {
  test('calls users:import with options that it has', async () => {
    const calls = [...pageOf(name).matchAll(/^npm run users:import -- (.*)$/gm)].map(([, args = '']) => args);
    expect(calls.length).toBeGreaterThan(1);
    for (const call of calls) {
      const args = call.split(' ').map((arg) => (/\.(ndjson|txt)$/.test(arg) ? join(folder, `missing-${arg}`) : arg));
      // All that it has against them. What it does not know would be exit code 2.
      expect(await runImport(args, gateway.database.url)).toMatchObject({
        code: 1,
        output: expect.stringContaining('There is no file'),
      });
    }
  });

  test('names operations that the client has', () => {
    const [, frontends = ''] = pageOf(name).split('## Frontends');
    const cells = [...frontends.matchAll(/^\| `.*? \| (.*) \|$/gm)].map(([, cell = '']) => cell);
    expect(cells.length).toBeGreaterThan(5);
    const client = { ...createSallyport({ url: gateway.url }), ...passkeys, ...server, open: null };
    const values = /^(APP_URL|SECOND_FACTOR|DELETED_RETENTION|sallyport)$/;
    const named = cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)/g), ([, word = '']) => word));
    expect(named.filter((word) => !(word in client) && !values.test(word))).toEqual([]);
  });
});

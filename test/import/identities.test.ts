import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestGateway } from '../support/gateway.js';
import { importLines, startImport } from '../support/import-command.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { identitiesOf, signInBy, UNLINK_IDENTITY } from '../support/provider-flow.js';
import { newAccount, startWithProvider } from '../support/provider-gateway.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-identities-'));
let gateway: TestGateway;
let provider: OpenIdProvider;

beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a user without a password signs in with the imported identity, whatever address the provider sends', async () => {
  const { sub, email } = newAccount();
  const { code, report } = await run([
    keycloakUser(email, { federatedIdentities: [{ identityProvider: 'staff', userId: sub, userName: 'ada' }] }),
  ]);
  expect({ code, report }).toMatchObject({ code: 0, report: [{ outcome: 'imported' }] });
  provider.account = { sub, email: `new-${email}`, email_verified: false, name: 'Ada Lovelace' };
  const { __typename, user, accessToken } = await signInBy(gateway, provider);
  expect({ __typename, id: user.id }).toEqual({ __typename: 'SignedIn', id: report[0]?.userId });
  const [identity, ...others] = await identitiesOf(gateway, accessToken);
  expect(identity).toMatchObject({ provider: { id: 'acme', name: 'Acme' }, displayName: 'Ada Lovelace' });
  expect(others).toEqual([]);
  expect(await importEvents(user.id)).toEqual([{ roles: ['user'], identities: 1 }]);
});

test('an equal subject at another issuer does not sign in', async () => {
  const { sub, email } = newAccount();
  await run([keycloakUser(email, { federatedIdentities: [{ identityProvider: 'google', userId: sub }] })]);
  provider.account = newAccount({ sub });
  const { user } = await signInBy(gateway, provider);
  expect(user.email).toBe(provider.account.email);
});

test('a suspended person stays suspended with the identity', async () => {
  const { sub, email } = newAccount();
  await run([
    keycloakUser(email, { enabled: false, federatedIdentities: [{ identityProvider: 'staff', userId: sub }] }),
  ]);
  provider.account = newAccount({ sub, email });
  await expect(signInBy(gateway, provider)).rejects.toThrow('ACCOUNT_SUSPENDED');
});

test('run again, the import links nothing twice, and brings back no identity that its owner has unlinked', async () => {
  const { sub, email } = newAccount();
  const line = keycloakUser(email, {
    federatedIdentities: [
      { identityProvider: 'staff', userId: sub },
      { identityProvider: 'google', userId: sub },
    ],
  });
  for (const args of [['--dry-run'], []])
    expect((await run([line], args)).output).toMatch(/Identities at providers: 2 (would be )?imported\./);
  provider.account = newAccount({ sub, email });
  const { user, accessToken: token } = await signInBy(gateway, provider);
  const google = (await identitiesOf(gateway, token)).find((one) => one.provider.id === 'google');
  await gateway.ask(UNLINK_IDENTITY, { input: { identityId: google?.id } }, { token });
  const again = await run([line]);
  expect(again.report).toMatchObject([{ outcome: 'skipped', reason: 'ALREADY_IMPORTED', userId: user.id }]);
  expect(again.output).not.toContain('Identities');
  expect(await subjectsOf(user.id)).toEqual([`acme ${sub}`]);
  expect(await importEvents(user.id)).toHaveLength(1);
});

test('what an earlier import left out is added by the next one, once', async () => {
  const { sub, email } = newAccount();
  const line = keycloakUser(email, {
    federatedIdentities: [
      { identityProvider: 'google', userId: sub },
      { identityProvider: 'staff', userId: sub },
    ],
  });
  const first = await run([line], [], '');
  expect(first.report).toMatchObject([{ outcome: 'imported' }, { reason: 'LEFT_OUT', field: 'identities.1' }]);
  const userId = first.report[0]?.userId ?? '';
  expect(await subjectsOf(userId)).toEqual([`google ${sub}`]);
  for (const [args, counted] of [
    [['--dry-run'], 'would be imported'],
    [[], 'imported'],
  ] as const) {
    const next = await run([line], [...args]);
    expect(next.output).toContain(`Identities at providers: 1 ${counted}.`);
    expect(next.report).toMatchObject([{ outcome: 'skipped', reason: 'ALREADY_IMPORTED', userId, identities: 1 }]);
  }
  expect(await subjectsOf(userId)).toEqual([`acme ${sub}`, `google ${sub}`]);
  expect(await importEvents(userId)).toEqual([
    { roles: ['user'], identities: 1 },
    { roles: [], identities: 1 },
  ]);
  await gateway.database.sql(`delete from identities where user_id = $1`, [userId]);
  expect((await run([line])).report[0]).not.toHaveProperty('identities');
  expect(await subjectsOf(userId)).toEqual([]);
});

test("an identity that signs in another user refuses the line, and stays that user's", async () => {
  provider.account = newAccount();
  const { user } = await signInBy(gateway, provider);
  const { sub } = provider.account;
  const free = newAccount();
  const lines = [
    ownLine(newAccount().email, [{ provider: 'acme', subject: sub }]),
    ownLine(provider.account.email as string, []),
    ownLine(free.email, [{ provider: 'acme', subject: free.sub }]),
  ];
  for (const args of [['--dry-run'], []]) {
    const { code, output, report } = await run(lines, args, '', 'sallyport');
    expect({ code, report }).toMatchObject({
      code: 3,
      report: [
        { line: 1, outcome: 'refused', reason: 'IDENTITY_TAKEN', field: 'identities' },
        { line: 2, outcome: 'skipped', reason: 'EMAIL_EXISTS' },
      ],
    });
    expect(output).toMatch(/1 (would be )?imported, 1 skipped, 1 refused/);
  }
  const own = [ownLine(provider.account.email as string, [{ provider: 'acme', subject: sub }])];
  expect((await run(own, [], '', 'sallyport')).report).toMatchObject([{ outcome: 'skipped', reason: 'EMAIL_EXISTS' }]);
  expect(await subjectsOf(user.id)).toEqual([`acme ${sub}`]);
  expect((await signInBy(gateway, provider)).user.id).toBe(user.id);
});

test('a person of an earlier import gets no identity that signs in another user', async () => {
  const { sub, email } = newAccount();
  const line = keycloakUser(email, { federatedIdentities: [{ identityProvider: 'staff', userId: sub }] });
  const first = await run([line], [], '');
  provider.account = newAccount({ sub });
  const { user } = await signInBy(gateway, provider);
  for (const args of [['--dry-run'], []])
    expect(await run([line], args)).toMatchObject({
      code: 3,
      report: [{ outcome: 'refused', reason: 'IDENTITY_TAKEN', userId: first.report[0]?.userId }],
    });
  expect(await subjectsOf(user.id)).toEqual([`acme ${sub}`]);
});

test('of two lines with one identity the first is imported', async () => {
  const { sub, email } = newAccount();
  const identities = [{ provider: 'acme', subject: sub }];
  const lines = [ownLine(email, identities), ownLine(`other-${email}`, identities)];
  const { code, report } = await run(lines, [], '', 'sallyport');
  expect({ code, report }).toMatchObject({
    code: 3,
    report: [{ line: 2, outcome: 'refused', reason: 'DUPLICATE', field: 'identities', otherLine: 1 }],
  });
});

test('a deleted account gives up its identity to the user of the file', async () => {
  provider.account = newAccount();
  const { user } = await signInBy(gateway, provider);
  await gateway.database.sql('update users set deleted_at = now() where id = $1', [user.id]);
  const { sub, email } = provider.account as { sub: string; email: string };
  const { code } = await run([ownLine(email, [{ provider: 'acme', subject: sub }])], [], '', 'sallyport');
  expect(code).toBe(0);
  expect((await signInBy(gateway, provider)).user).toMatchObject({ email });
  expect((await signInBy(gateway, provider)).user.id).not.toBe(user.id);
});

test('where a sign-in links the identity at the same moment, it is linked once, and the command goes on afterwards', async () => {
  provider.account = newAccount();
  const { user } = await signInBy(gateway, provider);
  const { sub, email } = newAccount();
  const other = new pg.Client({ connectionString: gateway.database.url });
  await other.connect();
  await other.query('begin');
  await other.query(
    `insert into identities (id, user_id, provider, issuer, subject, created_at) values (gen_random_uuid(), $1, 'google', 'https://accounts.google.com', $2, now())`,
    [user.id, sub],
  );
  const file = join(folder, 'raced.ndjson');
  writeFileSync(file, JSON.stringify(ownLine(email, [{ provider: 'google', subject: sub }])));
  const running = startImport([file], gateway.database.url).ended;
  const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await gateway.database.sql(waits)).length === 0) await sleep(10);
  await other.query('commit');
  await other.end();
  expect(await running).toMatchObject({ code: 1, output: expect.stringContaining('Run the command again.') });
  expect(await gateway.database.sql('select 1 from users where email = $1', [email])).toEqual([]);
  expect(await startImport([file], gateway.database.url).ended).toMatchObject({ code: 3 });
  expect(await subjectsOf(user.id)).toContain(`google ${sub}`);
});

function keycloakUser(email: string, more: object): object {
  return { id: crypto.randomUUID(), email, emailVerified: true, enabled: true, ...more };
}

function ownLine(email: string, identities: object[]): object {
  return { email, emailVerified: true, identities };
}

async function subjectsOf(userId: string): Promise<string[]> {
  const rows = await gateway.database.sql(
    'select provider, subject from identities where user_id = $1 order by provider',
    [userId],
  );
  return rows.map(({ provider: named, subject }) => `${String(named)} ${String(subject)}`);
}

async function importEvents(userId: string): Promise<unknown[]> {
  const rows = await gateway.database.sql(
    `select details from audit_events where action = 'importUsers' and subject_id = $1 order by seq`,
    [userId],
  );
  return rows.map(({ details }) => details);
}

let files = 0;
function run(lines: object[], args: string[] = [], names = 'staff=acme', from = 'keycloak') {
  files += 1;
  const given = ['--from', from, ...(names ? ['--provider', names] : []), ...args];
  const report = join(folder, `${files}.ndjson.report`);
  return importLines(
    join(folder, `${files}.ndjson`),
    lines,
    [...given, '--report', report],
    gateway.database.url,
    provider.settings,
  );
}

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { sealEvents } from '../../src/audit/seal.js';
import { emptyDatabase, type TestDatabase } from '../support/database.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { testWith } from '../support/not-run.js';
import { LOGIN, LOGOUT, ME, REFRESH, type SignedInPerson, signedInPerson } from '../support/people.js';
import { runCommand } from '../support/server-process.js';
import { readText } from '../support/source-tree.js';
import { publishedKids, SECRET, STORED_KEYS } from '../support/stored-keys.js';

// A process of its own verifies the chain.
jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-restore-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const haveTools = ['pg_dump', 'pg_restore', 'psql'].every((tool) => !spawnSync(tool, ['--version']).error);
const drill = testWith(
  haveTools,
  'the restore drill',
  'no pg_dump, pg_restore and psql: install the client programs of PostgreSQL',
);

/** What the page tells operators to run, with their settings. */
function byThePage(heading: string, url: string, settings: Record<string, string> = {}): void {
  const section =
    readText('docs/operations.md')!
      .split(/^#{2,3} /m)
      .find((one) => one.startsWith(heading)) ?? '';
  const [, script = ''] = /```sh\n([^]*?)```/.exec(section) ?? [];
  expect(script).toMatch(/\$DATABASE_URL|^sallyport /);
  const sallyport = `sallyport() { '${process.execPath}' '${resolve('dist/src/main.js')}' "$@"; }`;
  const env = { ...process.env, NODE_ENV: 'test', ...settings, DATABASE_URL: url };
  execFileSync('bash', ['-euc', `${sallyport}\n${script}`], { cwd: folder, env, stdio: 'pipe' });
}

let gateway: TestGateway;
let copy: TestDatabase;
let restored: TestGateway;
let ada: SignedInPerson;
let eve: SignedInPerson;
let rosa: SignedInPerson;
let kids: string[];

/** A running installation is dumped; then life goes on, and the dump is restored beside it. */
async function prepare(): Promise<void> {
  gateway = await startGateway(STORED_KEYS);
  [ada, eve, rosa] = await Promise.all([signedInPerson(gateway), signedInPerson(gateway), signedInPerson(gateway)]);
  await gateway.ask(LOGIN, { input: { identifier: ada.email, password: ada.password } });
  const { services, database } = gateway.inner;
  await sealEvents({ ...services, sql: database.sql });
  kids = await publishedKids(gateway);
  byThePage('Backup', gateway.database.url);
  await gateway.ask(LOGOUT, {}, { token: eve.accessToken });
  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: rosa.refreshToken } });
  rosa = { ...rosa, refreshToken: refresh.refreshToken };
  copy = await emptyDatabase();
  byThePage('Restore', copy.url);
  // Redis is another one, or was emptied.
  restored = await gateway.replica({ DATABASE_URL: copy.url, REDIS_PREFIX: 'restored:' });
}
afterAll(async () => {
  await restored?.close();
  await copy?.drop();
});

const codeOf = ({ errors }: { errors?: { extensions: { code: string } }[] }) => errors?.[0]?.extensions.code;
const refreshAt = (place: TestGateway, { refreshToken }: SignedInPerson) =>
  place.gql(REFRESH, { input: { refreshToken } });

describe('the restore drill of docs/operations.md', () => {
  if (haveTools) beforeAll(prepare);

  drill('sessions of the backup go on, and people sign in as before', async () => {
    const { refresh } = await restored.ask(REFRESH, { input: { refreshToken: ada.refreshToken } });
    const { me } = await restored.ask(ME, {}, { token: refresh.accessToken });
    expect(me.email).toBe(ada.email);
    const input = { identifier: rosa.email, password: rosa.password };
    expect((await restored.ask(LOGIN, { input })).login.__typename).toBe('SignedIn');
  });

  drill('the signing keys are those of the backup: tokens from before are taken', async () => {
    expect(await publishedKids(restored)).toEqual(kids);
    const { me } = await restored.ask(ME, {}, { token: rosa.accessToken });
    expect(me.email).toBe(rosa.email);
  });

  drill('without the SERVER_SECRET of the backup it does not start', async () => {
    const other = gateway.replica({ DATABASE_URL: copy.url, SERVER_SECRET: `another than ${SECRET}` });
    await expect(other).rejects.toThrow('SERVER_SECRET');
  });

  drill('the audit chain is whole, and goes on', async () => {
    const { services, database } = restored.inner;
    await sealEvents({ ...services, sql: database.sql });
    const verified = await runCommand(['audit:verify'], { DATABASE_URL: copy.url, ...STORED_KEYS });
    expect(verified).toMatchObject({ code: 0, output: expect.stringMatching(/^[1-9]\d* events .* 0 problems/) });
    const [seals] = await copy.sql<{ count: number }>('select count(*)::int from audit_seals');
    expect(seals!.count).toBeGreaterThan(1);
  });

  drill('a server starts on what a later version has migrated: that is the way back', async () => {
    await copy.sql(`insert into mikro_orm_migrations (name, executed_at) values ('29990101000000_later', now())`);
    for (const migrations of ['auto', 'manual']) {
      const former = await restored.replica({ MIGRATIONS: migrations });
      expect((await former.http('/health/ready')).status).toBe(200);
      await former.close();
    }
  });

  drill('a session that was refreshed after the backup ends: its newer token is unknown', async () => {
    expect(codeOf(await refreshAt(restored, rosa))).toBe('REFRESH_TOKEN_INVALID');
  });

  drill(
    'a session that ended after the backup lives again, until every session is ended as the page says',
    async () => {
      const revived = await refreshAt(restored, eve);
      expect(revived.data?.refresh.accessToken).toEqual(expect.any(String));
      byThePage('End the sessions of the backup', copy.url, {
        REDIS_PREFIX: 'restored:',
        ...(restored.config.redisUrl && { REDIS_URL: restored.config.redisUrl }),
      });
      const [event] = await copy.sql(
        `select details->'before' as before from audit_events where action = 'endAllSessions'`,
      );
      expect(event).toEqual({ before: null });
      for (const person of [eve, ada]) expect(codeOf(await refreshAt(restored, person))).toBe('REFRESH_TOKEN_INVALID');
      const { accessToken } = revived.data!.refresh;
      expect(codeOf(await restored.gql(ME, {}, { token: accessToken }))).toBe('TOKEN_REVOKED');
      // People come back.
      const input = { identifier: eve.email, password: eve.password };
      expect((await restored.ask(LOGIN, { input })).login.__typename).toBe('SignedIn');
    },
  );
});

import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { loadConfig } from '../../src/config/config.js';
import { migrate, openDatabase } from '../../src/platform/database.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { REFRESH, signedInPerson } from '../support/people.js';
import { hasPgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { testWith } from '../support/not-run.js';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.js';
import { quietLog } from '../support/quiet-log.js';

jest.setTimeout(120_000);

let server: PostgresServer;
beforeAll(async () => void (server = await startPostgresServer()));
afterAll(() => server.stop());

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

/** Registers with a code, signs in, refreshes several times at once, and reads: what times, isolation and text matter to. */
async function mainJob(url: string): Promise<void> {
  gateway = await startGateway({ DATABASE_URL: url });
  const displayName = `O'Brien \\'; drop table roles; --`;
  const people = await Promise.all(
    ['de', 'en', 'fr', 'nl'].map((locale) => signedInPerson(gateway!, { locale, displayName })),
  );
  const answers = await Promise.all(
    people.flatMap(({ refreshToken }) =>
      Array.from({ length: 4 }, () => gateway!.gql(REFRESH, { input: { refreshToken } })),
    ),
  );
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const { me } = await gateway.ask('{ me { displayName createdAt } }', {}, { token: people[0]!.accessToken });
  expect(me.displayName).toBe(displayName);
  expect(Math.abs(Date.parse(me.createdAt) - gateway.clock.now().getTime())).toBeLessThan(600_000);
}

describe('what a database is set to changes nothing', () => {
  test.each([
    ['datestyle', `'German'`],
    ['datestyle', `'SQL, DMY'`],
    ['datestyle', `'Postgres, DMY'`],
    ['default_transaction_isolation', `'serializable'`],
    ['standard_conforming_strings', 'off'],
    ['lock_timeout', `'1ms'`],
  ])('%s = %s', async (name, value) => {
    const database = `set_${name}_${value.replace(/\W/g, '').toLowerCase()}`;
    const url = await server.database(database);
    await server.sql(`alter database ${database} set ${name} = ${value}`);
    await mainJob(url);
  });

  test('nor does what a role is set to, in the pool and in the job queue', async () => {
    const wanted = {
      bytea_output: 'hex',
      client_encoding: 'UTF8',
      datestyle: 'ISO, MDY',
      intervalstyle: 'postgres',
      statement_timeout: '15s',
      timezone: 'UTC',
    };
    const others = ['escape', 'LATIN1', 'German', 'sql_standard', '20s', 'Pacific/Chatham'];
    await server.sql(`create role guest login superuser`);
    for (const [index, name] of Object.keys(wanted).entries())
      await server.sql(`alter role guest set ${name} = '${others[index]}'`);
    const url = (await server.database('by_role')).replace('postgres@', 'guest@');
    const database = await openDatabase(
      loadConfig({ NODE_ENV: 'test', DATABASE_URL: url }),
      ormOptions,
      quietLog().log,
    );
    const names = Object.keys(wanted).map((name) => `current_setting('${name}') as ${name}`);
    const ask = `select ${names.join(', ')}`;
    const queue = new pg.Pool({ ...database.connecting, max: 1 });
    expect(await database.sql('settings', ask, [])).toEqual([wanted]);
    expect((await queue.query(ask)).rows).toEqual([wanted]);
    await queue.end();
    await database.close();
  });
});

describe('a server that cannot be used is refused at start, in a sentence that says what to do', () => {
  const open = async (url: string, migrations = 'auto') => {
    const database = await openDatabase(
      loadConfig({ NODE_ENV: 'test', DATABASE_URL: url, MIGRATIONS: migrations }),
      ormOptions,
      quietLog().log,
    );
    try {
      if (migrations === 'auto') await migrate(database);
    } finally {
      await database.close();
    }
  };

  test.each([
    ['another encoding', `template template0 encoding 'LATIN1' locale 'C'`, /has the encoding LATIN1/],
    [
      'a locale that folds in another way',
      `template template0 encoding 'UTF8' locale_provider icu icu_locale 'tr-TR' locale 'C'`,
      /lower case of I is not i/,
    ],
  ])('%s', async (_, how, sentence) => {
    const url = await server.database(`unfit_${how.length}`, how);
    await expect(open(url)).rejects.toThrow(sentence);
    await expect(open(url)).rejects.toThrow(/create database … template template0/);
  });

  test('a role that may not make tables, the queue or the extension, one after the other', async () => {
    const url = (await server.database('rights')).replace('postgres@', 'poor@');
    const admin = url.replace('poor@', 'postgres@');
    await server.sql('create role poor login');
    // Where an operator migrates, it need not have the rights to.
    await open(url, 'manual');
    await expect(open(url)).rejects.toThrow(/may not create tables.*grant create on schema public/);
    const grant = async (statement: string) => {
      const client = new pg.Client({ connectionString: admin });
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    await grant('grant create on schema public to poor');
    await expect(open(url)).rejects.toThrow(/may not create the schema pgboss.*grant create on database/);
    await grant('create schema pgboss authorization poor');
    await expect(open(url)).rejects.toThrow(/may not install the extension pg_trgm.*create extension pg_trgm/);
    await grant('create extension pg_trgm');
    await open(url);
    await grant('create role other login');
    await expect(open(url.replace('poor@', 'other@'))).rejects.toThrow(/may not read and write the tables/);
  });
});

const pooled = testWith(hasPgBouncer(), 'a pooler in between', 'no pgbouncer on the PATH');

describe('behind PgBouncer', () => {
  pooled('session pooling works', async () => {
    const pooler = await startPgBouncer(await server.database('pooled'), { pool_mode: 'session' });
    await mainJob(pooler.url);
    await gateway?.close();
    await pooler.stop();
  });

  pooled.each<Record<string, string>>([{}, { server_round_robin: '1' }, { default_pool_size: '1' }])(
    'transaction pooling is refused at start, with %j',
    async (settings) => {
      const url = await server.database(`shared_${Object.keys(settings).join('_')}`);
      const pooler = await startPgBouncer(url, { pool_mode: 'transaction', ...settings });
      const open = openDatabase(loadConfig({ NODE_ENV: 'test', DATABASE_URL: pooler.url }), ormOptions, quietLog().log);
      await expect(open).rejects.toThrow(/pooler that gives each transaction another connection.*pool_mode to session/);
      await pooler.stop();
    },
  );
});

test('a URL with the folder of a socket leads there for the ORM and for the job queue, whatever its host', async () => {
  const url = await server.database('by_socket');
  const [{ unix_socket_directories: folder }] = (await server.sql('show unix_socket_directories')) as [
    { unix_socket_directories: string },
  ];
  const { port } = new URL(url);
  // Nobody listens on this address.
  await mainJob(`postgres://postgres@localhost:1/by_socket?host=${encodeURIComponent(folder)}&port=${port}`);
});

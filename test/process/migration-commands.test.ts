import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commandHere } from '../support/command-here.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

const migration = (args: string[], settings: Record<string, string> = {}) =>
  commandHere(args, { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: database.url, ...settings });
const status = async () => {
  const { code, stdout } = await migration(['migration:status', '--json']);
  return { code, ...(JSON.parse(stdout) as { ran: { name: string }[]; pending: string[]; unknown: string[] }) };
};

test('the newest migration is taken back, is pending then, and runs again', async () => {
  const before = await status();
  expect(before).toMatchObject({ code: 0, pending: [], unknown: [] });
  const newest = before.ran.at(-1)!.name;
  const columns = () =>
    database.sql(
      `select table_name, column_name from information_schema.columns where table_schema = 'public' order by 1, 2`,
    );
  const shape = await columns();

  const reverted = await migration(['migration:down', '--yes', '--json']);
  expect({ code: reverted.code, told: JSON.parse(reverted.stdout) }).toEqual({ code: 0, told: { reverted: [newest] } });
  expect(await status()).toMatchObject({ code: 1, pending: [newest], ran: before.ran.slice(0, -1) });
  expect((await migration(['migration:status'])).stdout).toMatch(new RegExp(`^pending +${newest}$`, 'm'));

  expect((await migration(['migration:up'])).stdout).toContain(newest);
  expect((await status()).code).toBe(0);
  expect(await columns()).toEqual(shape);
});

test('nothing is taken back without --yes, in production without --force, or where a newer release has migrated', async () => {
  const production = {
    NODE_ENV: 'production',
    SERVER_SECRET: 'nine herons on the sluice gate at dawn',
    KEYS_DIR: 'off',
    PUBLIC_URL: 'https://auth.example.com',
    MAIL_FROM: 'Example <no-reply@example.com>',
  };
  expect(await migration(['migration:down'])).toMatchObject({ code: 1, errors: expect.stringContaining('--yes') });
  const refused = await migration(['migration:down', '--yes'], production);
  expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining('add --force') });
  await database.sql(`insert into mikro_orm_migrations (name, executed_at) values ('29990101000000_later', now())`);
  const later = await migration(['migration:down', '--yes']);
  expect(later).toMatchObject({ code: 1, errors: expect.stringMatching(/29990101000000_later is of a newer release/) });
  expect(await status()).toMatchObject({ code: 0, pending: [], unknown: ['29990101000000_later'] });
});

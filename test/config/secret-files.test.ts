import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { SETTINGS } from '../../src/config/settings.js';
import { findMisspelt } from '../../src/config/unknown-settings.js';
import { temporaryFolder } from '../support/server-process.js';

const folder = temporaryFolder();
const SECRET = 'six barges at the lock before sunrise';

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

test('a secret is read from the file that NAME_FILE names, without the line end', () => {
  const config = loadConfig({
    SERVER_SECRET_FILE: file('server', `${SECRET}\n`),
    DATABASE_URL_FILE: file('database', 'postgres://a:b@db:5432/x\r\n'),
    METRICS_TOKEN_FILE: file('metrics', 'the first of two tokens,the other of two tokens'),
    PROVIDERS: 'google',
    PROVIDER_GOOGLE_CLIENT_ID: 'sallyport',
    PROVIDER_GOOGLE_CLIENT_SECRET_FILE: file('google', 'of-google\n'),
  });
  expect(config.serverSecret).toEqual([SECRET]);
  expect(config.databaseUrl).toBe('postgres://a:b@db:5432/x');
  expect(config.metricsToken).toEqual(['the first of two tokens', 'the other of two tokens']);
  expect(config.providers[0]?.clientSecret).toBe('of-google');
});

test.each(Object.entries(SETTINGS).flatMap(([name, { secret }]) => (secret ? [name] : [])))(
  '%s may be in a file, and not in both places',
  (name) => {
    const problem = `${name}_FILE: ${name} is set too. Remove one of them.`;
    expect(problemsOf({ [name]: 'x', [`${name}_FILE`]: '/nowhere' })).toContain(problem);
  },
);

test('each setting that holds a secret is one of them', () => {
  const names = Object.keys(SETTINGS).filter((name) =>
    /SECRET|TOKEN$|RESOURCE_SERVERS|(DATABASE|REDIS|SMTP|STORAGE)_URL$/.test(name),
  );
  expect(names.filter((name) => !SETTINGS[name as keyof typeof SETTINGS].secret)).toEqual([]);
});

test('a file that cannot be read, is empty or holds no secret is a mistake, which quotes nothing of it', () => {
  expect(problemsOf({ SERVER_SECRET_FILE: join(folder, 'none') })).toEqual([
    expect.stringMatching(/^SERVER_SECRET_FILE: .*none cannot be read \(ENOENT.*Let this user read it/),
  ]);
  expect(problemsOf({ SERVER_SECRET_FILE: file('empty', '\n') })).toEqual([
    expect.stringMatching(/_FILE: .* is empty/),
  ]);
  const short = problemsOf({ SERVER_SECRET_FILE: file('short', 'too-short-for-this') });
  expect(short).toEqual([expect.stringMatching(/^SERVER_SECRET: write at least 32 characters/)]);
  expect(short.join()).not.toContain('too-short');
});

test('the names are known, and a misspelt one is reported', () => {
  expect(findMisspelt({ SERVER_SECRET_FILE: 'x' }, ['SERVER_SECRET_FILE'])).toEqual([]);
  expect(findMisspelt({ SERVER_SECRT_FILE: 'x' }, [])).toEqual([expect.stringMatching(/mean SERVER_SECRET_FILE\?/)]);
});

test('each of several secrets must be fit to be one', () => {
  expect(problemsOf({ SERVER_SECRET: `${SECRET},short` })).toEqual([
    expect.stringMatching(/^SERVER_SECRET: write at least 32/),
  ]);
  expect(loadConfig({ SERVER_SECRET: `${SECRET}, ${SECRET}2` }).serverSecret).toEqual([SECRET, `${SECRET}2`]);
});

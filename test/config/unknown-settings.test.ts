import { expect, test } from '@jest/globals';
import { SETTINGS } from '../../src/config/settings.js';
import { findMisspelt } from '../../src/config/unknown-settings.js';

test.each([
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_ULR', 'DATABASE_URL'],
  ['ACCESS_TOKEN_LIFETME', 'ACCESS_TOKEN_LIFETIME'],
  ['ACCES_TOKEN_LIFETMIE', 'ACCESS_TOKEN_LIFETIME'],
  ['SMTP_URI', 'SMTP_URL'],
  ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ['DATADIR', 'DATA_DIR'],
  ['public_url', 'PUBLIC_URL'],
])('%s was meant to be %s', (written, meant) => {
  expect(findMisspelt({ [written]: 'x' }, [])).toEqual([`${written} is not a setting; did you mean ${meant}?`]);
  expect(findMisspelt({ [written]: 'x' }, [written])).toEqual([
    `${written} is not a setting (.env); did you mean ${meant}?`,
  ]);
});

test('other variables of the environment are not reported, however short our names are', () => {
  const foreign = ['PATH', 'HOME', 'HOSTNAME', 'HOSTS', 'POST', 'PORTS', 'JOB', 'LOGNAME', 'NODE_OPTIONS', 'NODE_PATH'];
  const cloud = [
    'KUBERNETES_PORT',
    'REDIS_PORT',
    'POSTGRES_URL',
    'npm_config_cache',
    'SHELL',
    'PWD',
    'TMPDIR',
    'OLDPWD',
  ];
  expect(findMisspelt(Object.fromEntries([...foreign, ...cloud].map((name) => [name, 'x'])), [])).toEqual([]);
});

test('every unknown name in .env is reported, and no known one', () => {
  expect(findMisspelt({ SECRET: 'x' }, ['SECRET'])).toEqual([
    'SECRET is not a setting (.env): .env_example has all of them',
  ]);
  const names = Object.keys(SETTINGS);
  expect(findMisspelt(Object.fromEntries(names.map((name) => [name, 'x'])), names)).toEqual([]);
});

test('settings of the providers in PROVIDERS are known, and no others', () => {
  const misspelt = (name: string) => findMisspelt({ PROVIDERS: 'google, acme-staff', [name]: 'x' }, []);
  expect(misspelt('PROVIDER_GOOGLE_CLIENT_ID')).toEqual([]);
  expect(misspelt('PROVIDER_ACME_STAFF_ISSUER')).toEqual([]);
  expect(misspelt('PROVIDER_GOOGLE_CLIENT_SECERT')).toEqual([
    'PROVIDER_GOOGLE_CLIENT_SECERT is not a setting; did you mean PROVIDER_GOOGLE_CLIENT_SECRET?',
  ]);
  expect(misspelt('PROVIDER_GITHUB_CLIENT_ID')).toEqual([
    'PROVIDER_GITHUB_CLIENT_ID is not a setting: PROVIDERS has no provider that it could belong to',
  ]);
  // Another program's.
  expect(misspelt('PROVIDER_OF_WEATHER')).toEqual([]);
});

test('a name in another case is no slip where the system knows no case', () => {
  expect(findMisspelt({ database_url: 'x', DATABASE_URL: 'x' }, [])).toEqual([]);
});

test('text in .env that is no valid name is not repeated: it may be a secret', () => {
  const lines = [
    'SERVER_SECRET: c2VjcmV0LXNlY3JldC1zZWNyZXQ',
    'DATABASE_URL: postgres://sallyport:hunter2hunter2@db.internal/sallyport?sslmode',
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXJ0',
    'AwEHoUQDQgAEXJ0',
  ];
  expect(findMisspelt(Object.fromEntries(lines.map((line) => [line, 'x'])), lines)).toEqual([
    '.env has a line that is not NAME=value; it has no effect',
  ]);
});

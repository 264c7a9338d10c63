import { expect, test } from '@jest/globals';
import { type ConfigError, loadConfig } from '../../src/config/config.js';

/** The settings that the problems are about, in alphabetical order. */
function wrong(settings: Record<string, string>): string[] {
  try {
    loadConfig(settings);
    return [];
  } catch (error) {
    const names = (error as ConfigError).problems.map((problem) => /^\w+/.exec(problem)?.[0] ?? problem);
    return names.toSorted((one, other) => one.localeCompare(other));
  }
}

const MISTAKES = { HOOKS: 'after.register', HOOKS_URL: 'https://example.com/hooks', TLS_KEY: 'key.pem' };

test('all mistakes are reported at once, also when a setting cannot be read', () => {
  expect(wrong(MISTAKES)).toEqual(['HOOKS', 'HOOKS_SECRET', 'TLS_KEY']);
  expect(wrong({ ...MISTAKES, NODE_ENV: 'production', PUBLIC_URL: 'http://a.example.com' })).toEqual(
    expect.arrayContaining(['HOOKS', 'HOOKS_SECRET', 'TLS_KEY', 'PUBLIC_URL', 'MAIL_FROM', 'DATABASE_URL']),
  );
});

test('what only follows from a setting that cannot be read is not reported', () => {
  const names = wrong({ NODE_ENV: 'production', DATABASE_URL: 'mysql://x', SERVER_SECRET_FILE: '/nowhere/at/all' });
  expect(names.filter((name) => name === 'DATABASE_URL')).toHaveLength(1);
  expect(names.filter((name) => name.startsWith('SERVER_SECRET'))).toEqual(['SERVER_SECRET_FILE']);
});

import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config/config.js';

/** What is wrong with these settings, a sentence each. */
function problemsOf(settings: Record<string, string>): string[] {
  try {
    loadConfig(settings);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

describe('LEGACY_LOGIN_… and HOOKS…', () => {
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789AB';
  const LEGACY = { LEGACY_LOGIN_URL: 'https://old.example.com/login', LEGACY_LOGIN_SECRET: SECRET };
  const HOOK = { HOOKS_URL: 'http://127.0.0.1:9000/hooks', HOOKS_SECRET: SECRET, HOOKS: 'before.register' };

  test('are taken together, and the secret is never printed', () => {
    const config = loadConfig({ ...LEGACY, ...HOOK, HOOKS_ON_FAILURE: 'allow' });
    expect(config).toMatchObject({ hooks: ['before.register'], hooksOnFailure: 'allow' });
    expect(JSON.stringify(config)).not.toContain('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  });

  test.each<[Record<string, string>, string]>([
    [{ ...LEGACY, LEGACY_LOGIN_SECRET: '' }, 'LEGACY_LOGIN_SECRET: requests to LEGACY_LOGIN_URL are signed with it'],
    [{ ...LEGACY, LEGACY_LOGIN_SECRET: 'whsec_short' }, 'LEGACY_LOGIN_SECRET: write whsec_ and'],
    [{ ...LEGACY, LEGACY_LOGIN_URL: '' }, 'LEGACY_LOGIN_SECRET: it has no effect without LEGACY_LOGIN_URL'],
    [{ ...LEGACY, LEGACY_LOGIN_URL: 'http://old.example.com/' }, 'LEGACY_LOGIN_URL: personal data is sent there'],
    [
      { ...LEGACY, LEGACY_LOGIN_URL: 'https://me:secret@old.example.com/' },
      'LEGACY_LOGIN_URL: write it without a password',
    ],
    [{ ...LEGACY, SIGN_IN_METHODS: 'email-code' }, 'LEGACY_LOGIN_URL: it has no effect without password'],
    [{ ...HOOK, HOOKS: '' }, 'HOOKS_URL: it is never called'],
    [{ ...HOOK, HOOKS: 'after.register' }, 'HOOKS: write'],
    [{ HOOKS: 'before.token' }, 'HOOKS: it has no effect without HOOKS_URL'],
    [{ HOOKS_ON_FAILURE: 'allow' }, 'HOOKS_ON_FAILURE: it has no effect without HOOKS_URL'],
  ])('%j: %s', (settings, problem) => {
    expect(problemsOf(settings).find((one) => one.startsWith(problem))).toBeDefined();
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { signInWarnings } from '../../src/config/sign-in-warnings.js';
import { type ConfigError, loadConfig } from '../../src/config/config.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-providers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOGLE = { PROVIDER_GOOGLE_CLIENT_ID: 'an-id', PROVIDER_GOOGLE_CLIENT_SECRET: 'hush-hush' };
const ACME = {
  PROVIDER_ACME_CLIENT_ID: 'an-id',
  PROVIDER_ACME_CLIENT_SECRET: 'hush-hush',
  PROVIDER_ACME_ISSUER: 'https://id.acme.example/',
};
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://auth.example.com',
  DATABASE_URL: 'postgres://sallyport:violet-harbour@127.0.0.1/sallyport',
  MAIL_FROM: 'Example <no-reply@example.com>',
  SERVER_SECRET: 'nine herons on the sluice gate at dawn',
};
const pem = (namedCurve: string) =>
  String(generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }));

/** The problems of these settings that are about providers; all, since the others are in order. */
function problemsOf(settings: Record<string, string>): string[] {
  try {
    loadConfig(settings);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

/** PROVIDERS_FILE with this content. */
function fileOf(content: unknown): string {
  const path = join(folder, `${Math.trunc(performance.now() * 1000)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('PROVIDERS', () => {
  test('none are configured unless it is set', () => {
    expect(loadConfig(GOOGLE).providers).toEqual([]);
  });

  test('names providers in the order in which they are shown, each with settings of its own', () => {
    const { providers } = loadConfig({ PROVIDERS: 'acme, google', ...GOOGLE, ...ACME, PROVIDER_ACME_NAME: 'Acme Ltd' });
    expect(providers.map(({ id, kind, name, issuer }) => [id, kind, name, issuer])).toEqual([
      ['acme', 'oidc', 'Acme Ltd', 'https://id.acme.example/'],
      ['google', 'google', 'Google', null],
    ]);
  });

  test('lists, switches and dashes are read from the environment', () => {
    const [staff] = loadConfig({
      PROVIDERS: 'acme-staff',
      PROVIDER_ACME_STAFF_KIND: 'microsoft',
      PROVIDER_ACME_STAFF_CLIENT_ID: 'an-id',
      PROVIDER_ACME_STAFF_CLIENT_SECRET: 'hush-hush',
      PROVIDER_ACME_STAFF_TENANT: 'acme.example',
      PROVIDER_ACME_STAFF_SCOPES: 'openid email  profile offline_access',
      PROVIDER_ACME_STAFF_KEEP_TOKENS: 'on',
      PROVIDER_ACME_STAFF_TRUST_AMR: 'off',
      PROVIDER_ACME_STAFF_TRUST_EMAIL: 'on',
      PROVIDER_ACME_STAFF_EMAIL_DOMAINS: 'acme.example, acme.de',
    }).providers;
    expect(staff).toMatchObject({
      id: 'acme-staff',
      kind: 'microsoft',
      name: 'acme-staff',
      tenant: 'acme.example',
      scopes: ['openid', 'email', 'profile', 'offline_access'],
      keepTokens: true,
      trustAmr: false,
      trustEmail: true,
      emailDomains: ['acme.example', 'acme.de'],
    });
  });

  test.each(['Google', 'a_b', '-a', 'a-', '1a', 'a/b', 'a'.repeat(33), 'google,,Acme'])('%s is no id', (value) => {
    expect(problemsOf({ PROVIDERS: value })).toEqual([expect.stringMatching(/^PROVIDERS: write ids such as google/)]);
  });

  test('every mistake is reported at once, but not the value: it may be a secret', () => {
    const problems = problemsOf({
      PROVIDERS: 'acme,google,acme,apple',
      PROVIDER_ACME_ISSUER: 'hush-issuer',
      PROVIDER_ACME_TENANT: 'common',
      PROVIDER_ACME_KEEP_TOKENS: 'hush-yes',
      PROVIDER_GOOGLE_CLIENT_ID: 'an-id',
      PROVIDER_GOOGLE_KIND: 'hush-kind',
      PROVIDER_APPLE_CLIENT_ID: 'com.example.app',
      PROVIDER_APPLE_TEAM_ID: 'hush-team',
      PROVIDER_APPLE_KEY_ID: 'KEY4567890',
      PROVIDER_APPLE_PRIVATE_KEY: 'hush-key',
    });
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([
      'PROVIDER_ACME_ISSUER',
      'PROVIDER_ACME_KEEP_TOKENS',
      'PROVIDER_ACME_CLIENT_ID',
      'PROVIDER_ACME_CLIENT_SECRET',
      'PROVIDER_ACME_TENANT',
      'PROVIDER_GOOGLE_KIND',
      'PROVIDERS',
      'PROVIDER_APPLE_TEAM_ID',
      'PROVIDER_APPLE_PRIVATE_KEY',
    ]);
    expect(problems.join()).not.toContain('hush');
  });
});

describe('an issuer', () => {
  const problemsFor = (issuer: string, more = {}) =>
    problemsOf({ ...more, PROVIDERS: 'acme', ...ACME, PROVIDER_ACME_ISSUER: issuer });

  test.each(['http://id.acme.example', 'http://localhost.evil.example', 'http://10.0.0.7', 'http://127.0.0.2:80'])(
    'is not %s, since others listen in between',
    (issuer) => {
      expect(problemsFor(issuer)).toEqual([
        expect.stringMatching(/^PROVIDER_ACME_ISSUER: write a URL that begins with https/),
      ]);
    },
  );

  test.each(['http://localhost:8080/realms/a', 'http://127.0.0.1:1', 'http://[::1]:1'])(
    'may be %s, but not in production',
    (issuer) => {
      expect(problemsFor(issuer)).toEqual([]);
      expect(problemsFor(issuer, PRODUCTION)).toEqual([expect.stringMatching(/^PROVIDER_ACME_ISSUER: write a URL/)]);
      expect(problemsFor('https://id.acme.example', PRODUCTION)).toEqual([]);
    },
  );

  test.each([
    'id.acme.example',
    'https://user@id.acme.example',
    'https://id.acme.example/?a=b',
    'https://id.acme.example/#a',
    'javascript:alert(1)',
  ])('is not %s', (issuer) => {
    expect(problemsFor(issuer)).toHaveLength(1);
  });
});

describe('the private key of apple', () => {
  const problemsFor = (key: string) =>
    problemsOf({
      PROVIDERS: 'apple',
      PROVIDER_APPLE_CLIENT_ID: 'com.example.app',
      PROVIDER_APPLE_TEAM_ID: 'TEAM567890',
      PROVIDER_APPLE_KEY_ID: 'KEY4567890',
      PROVIDER_APPLE_PRIVATE_KEY: key,
    });

  test('is that of the .p8 file, its lines joined or not', () => {
    expect(problemsFor(pem('P-256'))).toEqual([]);
    expect(problemsFor(pem('P-256').replaceAll('\n', '\\n'))).toEqual([]);
  });

  test.each([
    ['another curve', pem('P-384')],
    ['half of it', pem('P-256').slice(0, 60)],
    ['a path', '/run/secrets/key.p8'],
  ])('is not %s', (_, key) => {
    expect(problemsFor(key)).toEqual([
      expect.stringMatching(/^PROVIDER_APPLE_PRIVATE_KEY: write the text of the \.p8 file/),
    ]);
  });
});

describe('PROVIDERS_FILE', () => {
  const one = { id: 'acme', issuer: 'https://id.acme.example', clientId: 'an-id', clientSecret: 'hush-hush' };

  test('has the same settings, and comes after PROVIDERS', () => {
    const file = fileOf({
      $schema: 'providers.schema.json',
      providers: [{ ...one, scopes: ['openid'], trustAmr: true, emailDomains: ['*'] }],
    });
    const { providers } = loadConfig({ PROVIDERS: 'google', ...GOOGLE, PROVIDERS_FILE: file });
    expect(providers.map(({ id }) => id)).toEqual(['google', 'acme']);
    expect(providers[1]).toMatchObject({
      kind: 'oidc',
      clientSecret: 'hush-hush',
      trustAmr: true,
      emailDomains: ['*'],
    });
  });

  test('is warned of at start where every user of the machine can read it: it holds secrets', () => {
    const file = fileOf({ providers: [one] });
    const warned = () =>
      signInWarnings(loadConfig({ PROVIDERS_FILE: file, REDIRECT_URIS: 'https://app.example.com/cb' }));
    chmodSync(folder, 0o755);
    chmodSync(file, 0o644);
    expect(warned()).toEqual([expect.stringMatching(/^PROVIDERS_FILE: .* can be read by every user .*chmod 600/)]);
    chmodSync(file, 0o640);
    expect(warned()).toEqual([]);
    chmodSync(file, 0o644);
    chmodSync(folder, 0o700);
    expect(warned()).toEqual([]);
  });

  test('a provider in both is a mistake, and so is one that is there twice', () => {
    expect(problemsOf({ PROVIDERS: 'acme', ...ACME, PROVIDERS_FILE: fileOf({ providers: [one] }) })).toEqual([
      'PROVIDERS: acme is configured twice. Remove one of them.',
    ]);
    expect(problemsOf({ PROVIDERS_FILE: fileOf({ providers: [one, one] }) })).toEqual([
      'PROVIDERS_FILE: acme is configured twice. Remove one of them.',
    ]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{"clientSecret":"hush-hush",', /is not JSON/],
    ['no object', '[]', /write \{ "providers"/],
    ['null', 'null', /write \{ "providers"/],
    ['an entry that is none', { providers: ['hush-hush'] }, /providers\[0\]\.id: write something/],
    ['an id that is none', { providers: [{ ...one, id: 'A' }] }, /providers\[0\]\.id: write an id/],
    ['a setting that is none', { providers: [{ ...one, client_secret: 'x' }] }, /acme\.client_secret is no setting/],
    ['a number as name', { providers: [{ ...one, name: 7 }] }, /acme\.name: write something/],
    [
      'on as a switch',
      { providers: [{ ...one, trustAmr: 'on' }] },
      /acme\.trustAmr: write on or off \(in PROVIDERS_FILE true or false\)/,
    ],
    ['scopes as a text', { providers: [{ ...one, scopes: 'openid' }] }, /acme\.scopes: write a list/],
    ['no secret', { providers: [{ ...one, clientSecret: undefined }] }, /acme\.clientSecret: write it/],
  ])('with %s it is refused', (_, content, sentence) => {
    const problems = problemsOf({ PROVIDERS_FILE: fileOf(content) });
    expect(problems).toEqual([expect.stringMatching(sentence)]);
    expect(problems[0]).toMatch(/^PROVIDERS_FILE: /);
    expect(problems.join()).not.toContain('hush');
  });

  test('that does not exist is reported with its path', () => {
    expect(problemsOf({ PROVIDERS_FILE: '/nowhere/providers.json' })).toEqual([
      expect.stringMatching(/^PROVIDERS_FILE: cannot read \/nowhere\/providers\.json \(ENOENT\)/),
    ]);
  });
});

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

describe('CORS_ORIGINS', () => {
  test.each([
    'https://app.example.com',
    'https://app.example.com, http://localhost:5173',
    'capacitor://localhost,tauri://localhost',
    'ionic://localhost,app://-,chrome-extension://abcdefghijklmnop',
    'http://[::1]:8080',
  ])('%s is taken', (origins) => {
    expect(loadConfig({ CORS_ORIGINS: origins }).corsOrigins).toEqual(origins.split(/, */));
  });

  test.each([
    ['a wildcard', '*'],
    ['a wildcard host', 'https://*.example.com'],
    ['a wildcard host of an app', 'capacitor://*'],
    ['a path', 'https://app.example.com/sign-in'],
    ['a slash at the end', 'https://app.example.com/'],
    ['a slash at the end, of an app', 'capacitor://localhost/'],
    ['a default port', 'https://app.example.com:443'],
    ['upper case', 'https://App.example.com'],
    ['upper case, of an app', 'Capacitor://localhost'],
    ['no scheme', 'app.example.com'],
    ['a user', 'https://ada@app.example.com'],
    ['null', 'null'],
    ['a file', 'file://localhost'],
    ['a socket', 'wss://app.example.com'],
    ['a scheme alone', 'capacitor://'],
  ])('%s could match nothing and is refused: %s', (_, origins) => {
    expect(problemsOf({ CORS_ORIGINS: origins })).toEqual([expect.stringMatching(/^CORS_ORIGINS: write origins/)]);
  });
});

describe('TRUST_PROXY', () => {
  test.each(['0.0.0.0/0', '::/0', '10.0.0.0/8, 0.0.0.0/0', '10.0.0.1/0'])(
    'that trusts everyone is refused: %s',
    (trusted) => {
      expect(problemsOf({ TRUST_PROXY: trusted })).toEqual([expect.stringMatching(/^TRUST_PROXY: write off.*not \/0/)]);
    },
  );

  test.each(['10.0.0.1', '10.0.0.0/8', 'fd00::/8', 'loopback', '10.0.0.1/32, ::1/128'])('%s is taken', (trusted) => {
    expect(loadConfig({ TRUST_PROXY: trusted }).trustProxy).toEqual(trusted.split(/, */));
  });
});

test.each(['30', 'never', '-1d', 'false'])('HSTS_MAX_AGE=%s is refused', (value) => {
  expect(problemsOf({ HSTS_MAX_AGE: value })).toEqual([expect.stringMatching(/^HSTS_MAX_AGE: write a duration/)]);
});

describe('COPROCESSOR_…', () => {
  const COPROCESSOR_SECRET = 'hT4yq0Zr8vKx2LmWb7NcJq0f9m2Xr7vT';

  test('listens on this machine alone, unless set otherwise', () => {
    expect(loadConfig({}).coprocessor).toBeNull();
    const at = (settings: object) => loadConfig({ COPROCESSOR_SECRET, ...settings }).coprocessor?.at;
    expect(at({})).toEqual({ host: '127.0.0.1', port: 4001 });
    expect(at({ COPROCESSOR_HOST: '0.0.0.0', COPROCESSOR_PORT: '9000' })).toEqual({ host: '0.0.0.0', port: 9000 });
    expect(at({ COPROCESSOR_SOCKET: '/run/sallyport/router.sock' })).toEqual({ socket: '/run/sallyport/router.sock' });
  });

  test.each([
    [{ COPROCESSOR_SECRET: 'too-short' }, 'COPROCESSOR_SECRET: write at least 32 characters'],
    [{ COPROCESSOR_SECRET: `${COPROCESSOR_SECRET}/%20` }, 'COPROCESSOR_SECRET: it is part of an address'],
    [{ COPROCESSOR_PORT: '4001' }, 'COPROCESSOR_PORT: it has no effect without COPROCESSOR_SECRET'],
    [{ COPROCESSOR_ON_FAILURE: 'open' }, 'COPROCESSOR_ON_FAILURE: it has no effect without COPROCESSOR_SECRET'],
    [{ COPROCESSOR_SECRET, COPROCESSOR_ON_FAILURE: 'pass' }, 'COPROCESSOR_ON_FAILURE: write closed or open'],
    [{ COPROCESSOR_SECRET, COPROCESSOR_PORT: '4000' }, 'COPROCESSOR_PORT: it is the port of the API'],
    [{ COPROCESSOR_SECRET, PORT: '4001' }, 'COPROCESSOR_PORT: it is the port of the API'],
    [
      { COPROCESSOR_SECRET, COPROCESSOR_PORT: '9000', COPROCESSOR_SOCKET: '/a' },
      'COPROCESSOR_PORT: COPROCESSOR_SOCKET is set too',
    ],
  ])('%j is refused', (settings, sentence) => {
    expect(problemsOf(settings)).toEqual([expect.stringContaining(sentence)]);
  });

  test('has no simple secret in production', () => {
    const problems = problemsOf({ NODE_ENV: 'production', COPROCESSOR_SECRET: 'x'.repeat(40) });
    expect(problems).toContainEqual(expect.stringMatching(/^COPROCESSOR_SECRET: this is too simple a secret/));
  });
});

describe('CLAIMS_TEMPLATE', () => {
  test.each([
    ['{"sub":"{id}"}', 'sub is a claim that this server writes'],
    ['{"cnf":{}}', 'cnf is a claim that this server writes, or that has a registered meaning'],
    ['{"active":true}', 'active is a claim'],
    ['{"a":"{password}"}', '{password} is not a placeholder: write {id}, {username}'],
    ['{"a":{"b":["{user.email}"]}}', '{user.email} is not a placeholder'],
    ['{"a":"{constructor}"}', '{constructor} is not a placeholder'],
    ['{"a":"\\u007bpassword}"}', '{password} is not a placeholder'],
    ['["{id}"]', 'write a JSON object'],
    ['null', 'write a JSON object'],
    ['{id}', 'write a JSON object, such as'],
    ['{"a":{"__proto__":{"x":1}}}', 'write other names than __proto__'],
    [JSON.stringify({ a: 'x'.repeat(2000) }), 'write 2000 characters at most'],
  ])('%s is refused', (template, sentence) => {
    expect(problemsOf({ CLAIMS_TEMPLATE: template })).toEqual([
      expect.stringContaining(`CLAIMS_TEMPLATE: ${sentence}`),
    ]);
  });

  test('may hold what is no placeholder, but nothing that a profile writes', () => {
    const text = '{"a":{"b":1},"c":"{ }","d":"{}","e":[{"f":"{roles}"}],"role":"x"}';
    expect(loadConfig({ CLAIMS_TEMPLATE: text }).claimsTemplate).toEqual(JSON.parse(text));
    expect(problemsOf({ CLAIMS_TEMPLATE: text, CLAIM_PROFILES: 'postgraphile' })).toEqual([
      'CLAIMS_TEMPLATE: CLAIM_PROFILES writes role. Remove it here, or the profile there.',
    ]);
    expect(problemsOf({ CLAIM_PROFILES: 'hasura,graphile' })).toEqual([
      expect.stringContaining('CLAIM_PROFILES: write one or more of hasura, postgraphile'),
    ]);
  });
});

describe.each(['FEDERATION_SECRET', 'METRICS_TOKEN'])('in production %s', (name) => {
  const production = (value: string) =>
    problemsOf({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://auth.example.com',
      DATABASE_URL: 'postgres://sallyport:violet-harbour@127.0.0.1/sallyport',
      [name]: value,
    }).filter((problem) => problem.startsWith(name));

  test.each(['x'.repeat(40), 'abcabcabcabcabcabc', 'changeme-changeme', 'password-password', '1234512345123451'])(
    'is refused where it is as good as none: %s',
    (value) => {
      expect(production(value)).toEqual([
        `${name}: this is too simple a secret. npm run keys -- --secret prints a good one.`,
      ]);
    },
  );

  test.each(['3f9a1c77b04e5d21', 'hT4yq0Zr8vKx2LmWb7Nc', 'three owls in the customs house'])('may be %s', (value) => {
    expect(production(value)).toEqual([]);
  });
});

describe('APP_URLS', () => {
  test('names applications in the order in which they are written, and APP_URL the only one', () => {
    const apps = 'web=https://app.example.com/sign-in, admin=http://localhost:5173';
    expect(loadConfig({ APP_URLS: apps }).apps).toEqual([
      { name: 'web', url: 'https://app.example.com/sign-in' },
      { name: 'admin', url: 'http://localhost:5173/' },
    ]);
    expect(loadConfig({ APP_URL: 'https://app.example.com' }).apps).toEqual([
      { name: '', url: 'https://app.example.com/' },
    ]);
    expect(loadConfig({}).apps).toEqual([]);
  });

  test.each([
    ['an address alone', 'https://app.example.com', /APP_URLS: write names in lower case/],
    ['an upper-case name', 'Web=https://app.example.com', /APP_URLS: write names in lower case/],
    ['another scheme', 'web=javascript:alert(1)', /APP_URLS: write names in lower case/],
    ['a comma at the end', 'web=https://app.example.com,', /APP_URLS: write names in lower case/],
    ['a wildcard', 'preview=https://*.example.com', /APP_URLS: of preview: a wildcard is no address/],
    ['a user', 'web=https://ada@app.example.com', /APP_URLS: of web: write the address without a user/],
    ['a name twice', 'web=https://a.example.com,web=https://b.example.com', /APP_URLS: two applications are named web/],
  ])('is refused with %s', (_what, apps, sentence) => {
    expect(problemsOf({ APP_URLS: apps })).toEqual([expect.stringMatching(sentence)]);
  });

  test('is refused beside APP_URL, and without https in production', () => {
    expect(problemsOf({ APP_URL: 'https://a.example.com', APP_URLS: 'web=https://b.example.com' })).toEqual([
      expect.stringMatching(/^APP_URL: APP_URLS is set/),
    ]);
    const apps = 'web=https://app.example.com,old=http://old.example.com,laptop=http://127.0.0.1:5173';
    const problems = problemsOf({ NODE_ENV: 'production', APP_URLS: apps }).filter((one) => one.startsWith('APP_URLS'));
    expect(problems).toEqual([expect.stringMatching(/^APP_URLS: of old: production needs an https address/)]);
  });
});

describe('MAIL_LINK_VERIFY', () => {
  const rest = '#challenge={challenge}&code={code}';
  const problemsOfTemplate = (
    template: string,
    settings: Record<string, string> = { APP_URL: 'https://app.example.com' },
  ) => problemsOf({ ...settings, MAIL_LINK_VERIFY: template });

  test.each([
    `/verify${rest}`,
    `/verify?lang={locale}${rest}`,
    '/#/verify/{challenge}/{code}',
    `https://app.example.com/verify${rest}`,
    '/verify?challenge={challenge}&code={code}',
  ])('%s is taken', (template) => {
    expect(problemsOfTemplate(template)).toEqual([]);
  });

  test.each([
    ['another origin', `https://evil.example/verify${rest}`, /its origin is not one of APP_URL or APP_URLS/],
    ['a host that begins alike', `https://app.example.com.evil.example/${rest}`, /its origin is not one/],
    ['the host as a user', `https://app.example.com@evil.example/${rest}`, /its origin is not one/],
    ['a user', `https://ada@app.example.com/${rest}`, /its origin is not one/],
    ['http in place of https', `http://app.example.com/${rest}`, /its origin is not one/],
    ['another port', `https://app.example.com:8443/${rest}`, /its origin is not one/],
    ['an address without a scheme', `//evil.example/${rest}`, /write a path that begins with \//],
    ['a backslash', `/\\evil.example/${rest}`, /write it in ASCII, as a URL/],
    ['another scheme', `javascript:alert(1)//${rest}`, /write a path that begins with \//],
    ['a host to fill in', `https://{locale}.example.com/${rest}`, /write placeholders after/],
    ['a path to fill in', '/verify/{challenge}/{code}', /write placeholders after/],
    ['no code', '/verify#challenge={challenge}', /write \{code\} where it belongs/],
    ['no challenge', '/verify#code={code}', /write \{challenge\} where it belongs/],
    ['an unknown placeholder', `/verify${rest}&to={email}`, /\{email\} is not a placeholder/],
    ['an open brace', `/verify${rest}&x={`, /write it in ASCII, as a URL/],
    ['a placeholder twice', `/verify${rest}&again={code}`, /write each placeholder once/],
    ['a line break', `/verify${rest}\nx`, /write it in ASCII, as a URL/],
  ])('is refused with %s', (_what, template, sentence) => {
    const problems = problemsOfTemplate(template);
    expect(problems).toEqual([expect.stringMatching(sentence)]);
    expect(problems[0]).toMatch(/^MAIL_LINK_VERIFY: /);
  });

  test('MAIL_LINK_UNDO holds a change, and no challenge', () => {
    const settings = { APP_URL: 'https://app.example.com' };
    expect(problemsOf({ ...settings, MAIL_LINK_UNDO: '/undo#change={change}' })).toEqual([]);
    expect(problemsOf({ ...settings, MAIL_LINK_UNDO: '/undo#{challenge}{code}' })).toEqual([
      expect.stringMatching(/^MAIL_LINK_UNDO: \{challenge\} is not a placeholder: write \{change\}, \{locale\}/),
    ]);
  });

  test('is refused with a path where there is no application', () => {
    expect(problemsOfTemplate(`/verify${rest}`, {})).toEqual([expect.stringMatching(/Set APP_URL or APP_URLS/)]);
  });
});

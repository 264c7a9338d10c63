import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config/config.js';

const read = (settings: Record<string, string>) => {
  const { passkeyRpId, passkeyOrigins } = loadConfig(settings);
  return { passkeyRpId, passkeyOrigins };
};

function problemsOf(settings: Record<string, string>): string[] {
  try {
    loadConfig(settings);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

describe('unless PASSKEY_RP_ID is set', () => {
  test.each([
    ['https://auth.example.com', 'https://app.example.com/sign-in', 'example.com'],
    ['https://auth.example.com', 'https://example.com', 'example.com'],
    ['https://example.com', 'https://app.example.com', 'example.com'],
    ['https://auth.eu.example.com', 'https://app.eu.example.com', 'eu.example.com'],
    ['https://auth.example.co.uk', 'https://app.example.co.uk', 'example.co.uk'],
    ['https://auth.example.com', 'https://example.net', 'auth.example.com'],
    ['https://auth.example.com', 'https://app.other.com', 'auth.example.com'],
    ['https://example.co.uk', 'https://other.co.uk', 'example.co.uk'],
    ['https://10.0.0.7', 'https://10.1.0.7', '10.0.0.7'],
    ['http://localhost:4000', 'http://localhost:5173', 'localhost'],
    ['http://auth.localhost:4000', 'http://app.localhost:5173', 'auth.localhost'],
  ])('with PUBLIC_URL=%s and APP_URL=%s it is %s', (publicUrl, appUrl, rpId) => {
    expect(read({ PUBLIC_URL: publicUrl, APP_URL: appUrl }).passkeyRpId).toBe(rpId);
  });

  test('the first of several applications decides, so that another one that is added leaves passkeys valid', () => {
    const apps = 'web=https://app.example.com,other=https://other.example.net';
    expect(read({ PUBLIC_URL: 'https://auth.example.com', APP_URLS: apps })).toEqual({
      passkeyRpId: 'example.com',
      passkeyOrigins: ['https://auth.example.com', 'https://app.example.com', 'https://other.example.net'],
    });
  });

  test('it is the host of PUBLIC_URL without APP_URL, and localhost on a laptop', () => {
    expect(read({ PUBLIC_URL: 'https://auth.example.com' }).passkeyRpId).toBe('auth.example.com');
    expect(read({})).toEqual({ passkeyRpId: 'localhost', passkeyOrigins: ['http://localhost:4000'] });
  });
});

describe('unless PASSKEY_ORIGINS is set', () => {
  test('they are those of PUBLIC_URL and APP_URL, and those of CORS_ORIGINS under the RP ID', () => {
    const settings = {
      PUBLIC_URL: 'https://auth.example.com/',
      APP_URL: 'https://app.example.com/sign-in',
      CORS_ORIGINS: 'https://app.example.com,https://admin.example.com,https://badexample.com,capacitor://localhost',
    };
    expect(read(settings)).toEqual({
      passkeyRpId: 'example.com',
      passkeyOrigins: ['https://auth.example.com', 'https://app.example.com', 'https://admin.example.com'],
    });
  });

  test('an address on which browsers have no passkeys is left out', () => {
    expect(read({ PUBLIC_URL: 'http://192.168.1.4:4000' }).passkeyOrigins).toEqual([]);
  });
});

describe('takes', () => {
  test('a domain that the hosts end with, related origins and apps', () => {
    const origins = ['https://app.example.com', 'https://example.net', `android:apk-key-hash:${'a'.repeat(43)}`];
    const settings = {
      PUBLIC_URL: 'https://auth.example.com',
      PASSKEY_RP_ID: 'example.com',
      PASSKEY_ORIGINS: origins.join(', '),
    };
    expect(read(settings)).toEqual({ passkeyRpId: 'example.com', passkeyOrigins: origins });
  });
});

describe('refuses', () => {
  test.each(['https://example.com', 'Example.com', 'example.com:443', '10.0.0.7', 'example.com/app', '.com', '*.com'])(
    'what is no domain: PASSKEY_RP_ID=%s',
    (rpId) => {
      const found = problemsOf({ PUBLIC_URL: 'https://auth.example.com', PASSKEY_RP_ID: rpId });
      expect(found).toEqual([expect.stringMatching(/^PASSKEY_RP_ID: write a domain/)]);
    },
  );

  test('a domain that no origin is under, such as one with a slip', () => {
    const found = problemsOf({ PUBLIC_URL: 'https://auth.example.com', PASSKEY_RP_ID: 'exmaple.com' });
    expect(found).toEqual([expect.stringMatching(/^PASSKEY_RP_ID: no origin of passkeys is under exmaple\.com/)]);
  });

  test.each([
    ['http://app.example.com', /browsers have no passkeys on http:\/\/app\.example\.com/],
    ['http://localhost:5173', /is not under example\.com/],
    ['https://app.example.com/', /write origins/],
    ['https://*.example.com', /write origins/],
    ['capacitor://localhost', /write origins/],
    ['android:apk-key-hash:short', /write origins/],
  ])('PASSKEY_ORIGINS=%s', (origins, why) => {
    const settings = { PUBLIC_URL: 'https://example.com', PASSKEY_RP_ID: 'example.com', PASSKEY_ORIGINS: origins };
    const found = problemsOf(settings).filter((problem) => problem.startsWith('PASSKEY_ORIGINS'));
    expect(found).toEqual([expect.stringMatching(why)]);
  });
});

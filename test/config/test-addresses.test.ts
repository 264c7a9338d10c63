import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config/config.js';
import { signInWarnings } from '../../src/config/sign-in-warnings.js';
import { testCodeOf } from '../../src/config/test-addresses.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://auth.example.com',
  DATABASE_URL: 'postgres://sallyport:violet-harbour@127.0.0.1/sallyport',
  MAIL_FROM: 'Example <no-reply@example.com>',
  SERVER_SECRET: 'nine herons on the sluice gate at dawn',
};

function problemsOf(value: string, more: Record<string, string> = {}): string[] {
  try {
    loadConfig({ TEST_ADDRESSES: value, ...more });
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

const codeOf = (value: string, email: string) => testCodeOf(loadConfig({ TEST_ADDRESSES: value }).testAddresses, email);

describe('TEST_ADDRESSES takes', () => {
  test.each([
    ['an address', 'e2e@example.com=1234567', 'e2e@example.com'],
    ['every address of a domain', '*@e2e.example.com=1234567', 'ada@e2e.example.com'],
    ['addresses that begin alike', 'e2e+*@example.com=1234567', 'e2e+checkout@example.com'],
    ['an address with an equals sign', 'a=b@example.com=1234567', 'a=b@example.com'],
    ['several', 'a@example.com=1111111, b@example.com=1234567', 'b@example.com'],
  ])('%s: %s', (_, value, email) => {
    expect(codeOf(value, email)).toBe('1234567');
  });

  test('the first row that fits', () => {
    const rows = 'ada@e2e.example.com=1111111,*@e2e.example.com=2222222';
    expect(codeOf(rows, 'ada@e2e.example.com')).toBe('1111111');
    expect(codeOf(rows, 'bob@e2e.example.com')).toBe('2222222');
  });

  test('codes as long as OTP_LENGTH says, and zeros in front', () => {
    expect(problemsOf('e2e@example.com=004200', { OTP_LENGTH: '6' })).toEqual([]);
  });
});

describe('an address that merely resembles has no known code', () => {
  const rows = 'e2e@example.com=1234567,*@e2e.example.com=1234567,qa+*@example.com=1234567';
  test.each([
    'e2e@example.com.evil.example',
    'e2e@example.co',
    'xe2e@example.com',
    'e2e+x@example.com',
    'e2e@sub.example.com',
    'ada@sub.e2e.example.com',
    'ada@xe2e.example.com',
    'ada@e2e.example.com.evil.example',
    'ada@e2e-example.com',
    'qa@example.com',
    'xqa+1@example.com',
    'qa+1@e2e.example.org',
    'qa+x@example.com@evil.example',
  ])('%s', (email) => {
    expect(codeOf(rows, email)).toBeUndefined();
  });
});

describe('TEST_ADDRESSES refuses', () => {
  test.each([
    ['no code', 'e2e@example.com', /write = and a code of 7 digits/],
    ['a code too short', 'e2e@example.com=123456', /a code of 7 digits/],
    ['a code of letters', 'e2e@example.com=abcdefg', /a code of 7 digits/],
    ['digits that no one types', 'e2e@example.com=１２３４５６７', /a code of 7 digits/],
    ['every address there is', '*@*=1234567', /one \* at most/],
    ['any domain', 'e2e@*.example.com=1234567', /one \* at most, just before the @/],
    ['a star in front', '*e2e@example.com=1234567', /just before the @/],
    ['two stars', 'a*b*@example.com=1234567', /one \* at most/],
    ['no domain', '*=1234567', /just before the @/],
    ['no address', 'example.com=1234567', /write an e-mail address/],
    ['upper case', 'E2E@Example.com=1234567', /write it as it is kept: e2e@example\.com/],
    ['a domain in Unicode', '*@münchen.example=1234567', /write it as it is kept: \*@xn--mnchen-3ya\.example/],
    ['an address twice', 'a@example.com=1234567,a@example.com=7654321', /an earlier row has it/],
    ['a row that could have no effect', '*@example.com=1234567,a@example.com=7654321', /an earlier row has it/],
    ['a pattern in a wider one', '*@example.com=1234567,a+*@example.com=7654321', /an earlier row has it/],
  ])('%s: %s', (_, value, problem) => {
    expect(problemsOf(value)).toEqual([expect.stringMatching(problem)]);
  });

  test('production', () => {
    expect(problemsOf('', PRODUCTION)).toEqual([]);
    expect(problemsOf('e2e@example.com=1234567', PRODUCTION)).toEqual([
      'TEST_ADDRESSES: fixed codes are not allowed in production. Remove it.',
    ]);
  });
});

test('a start warns of it, and writes no code into the log', () => {
  const [warning, ...more] = signInWarnings(
    loadConfig({ TEST_ADDRESSES: 'e2e@example.com=7654321,*@x.example=1234567' }),
  );
  expect(warning).toBe(
    'TEST_ADDRESSES is set: any person who reaches this server can sign in as e2e@example.com, *@x.example',
  );
  expect(more).toEqual([]);
  expect(signInWarnings(loadConfig({}))).toEqual([]);
});

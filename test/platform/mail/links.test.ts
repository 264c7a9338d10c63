import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/config.js';
import { mailLink } from '../../../src/platform/mail/links.js';

const APP_URLS = 'web=https://app.example.com/sign-in?from=mail,admin=https://admin.example.com';
const answer = { challenge: 'a+b/c=', code: '0123456' };
const link = (settings: Record<string, string>, which: Partial<Parameters<typeof mailLink>[1]> = {}) =>
  mailLink(loadConfig({ PUBLIC_URL: 'https://example.com', ...settings }), {
    kind: 'verify',
    app: null,
    locale: 'de-AT',
    answer,
    ...which,
  });

describe('a link to one of our pages', () => {
  test('keeps the path of PUBLIC_URL and escapes what it carries', () => {
    expect(link({ PUBLIC_URL: 'https://example.com/auth' })).toBe(
      'https://example.com/auth/verify?challenge=a%2Bb%2Fc%3D&code=0123456&lang=de-AT',
    );
  });

  test('returns unchanged what it carries, and the name of the application that the page leads on to', () => {
    const { searchParams, origin } = new URL(link({ APP_URLS }, { app: 'admin' }));
    expect(origin).toBe('https://example.com');
    expect(Object.fromEntries(searchParams)).toEqual({ ...answer, lang: 'de-AT', app: 'admin' });
  });
});

describe('a link to the application', () => {
  const signIn = (app: string | null, settings = {}) => link({ APP_URLS, ...settings }, { kind: 'signIn', app });

  test('holds the answer in the fragment, which browsers send to no server', () => {
    expect(signIn(null)).toBe('https://app.example.com/sign-in?from=mail#challenge=a%2Bb%2Fc%3D&code=0123456');
  });

  test('goes to the application of that name, and to the first one if it no longer exists', () => {
    expect(new URL(signIn('admin')).origin).toBe('https://admin.example.com');
    expect(new URL(signIn('gone')).origin).toBe('https://app.example.com');
  });
});

describe('a template', () => {
  const MAIL_LINK_VERIFY = '/verify?lang={locale}#challenge={challenge}&code={code}';

  test('with a path belongs to the application that asks, from the root of its origin', () => {
    const hash = '#challenge=a%2Bb%2Fc%3D&code=0123456';
    expect(link({ APP_URLS, MAIL_LINK_VERIFY })).toBe(`https://app.example.com/verify?lang=de-AT${hash}`);
    expect(link({ APP_URLS, MAIL_LINK_VERIFY }, { app: 'admin' })).toBe(
      `https://admin.example.com/verify?lang=de-AT${hash}`,
    );
  });

  test('with an address is for all applications', () => {
    const absolute = `https://admin.example.com${MAIL_LINK_VERIFY}`;
    expect(new URL(link({ APP_URLS, MAIL_LINK_VERIFY: absolute }, { app: 'web' })).origin).toBe(
      'https://admin.example.com',
    );
  });

  test('is one link of several: the others stay ours', () => {
    expect(link({ APP_URLS, MAIL_LINK_VERIFY }, { kind: 'reset' })).toMatch(
      /^https:\/\/example\.com\/reset-password\?/,
    );
  });

  test.each([
    ['&code=1#{challenge}?'],
    ['$&$1 %2e%2e/'],
    ['javascript:alert(1)'],
    ['" onclick="alert(1)'],
    ['\\\\evil.example\r\nBcc: x'],
  ])('cannot be broken out of by what is filled in: %s', (challenge) => {
    const url = new URL(link({ APP_URLS, MAIL_LINK_VERIFY }, { answer: { challenge, code: '1' } }));
    expect(url.origin + url.pathname + url.search).toBe('https://app.example.com/verify?lang=de-AT');
    expect(Object.fromEntries(new URLSearchParams(url.hash.slice(1)))).toEqual({ challenge, code: '1' });
  });
});

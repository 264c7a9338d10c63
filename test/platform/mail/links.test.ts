import { describe, expect, test } from '@jest/globals';
import { mailLink } from '../../../src/platform/mail/links.js';

const apps = [
  { name: 'web', url: 'https://app.example.com/sign-in?from=mail' },
  { name: 'admin', url: 'https://admin.example.com/' },
];
const answer = { challenge: 'a+b/c=', code: '0123456' };
const verify = { page: 'verify', app: null, locale: 'de-AT', answer };

describe('a link to a page of ours', () => {
  test('keeps the path of PUBLIC_URL and escapes what it carries', () => {
    expect(mailLink({ publicUrl: 'https://example.com/auth', apps: [] }, verify)).toBe(
      'https://example.com/auth/verify?challenge=a%2Bb%2Fc%3D&code=0123456&lang=de',
    );
  });

  test('gives back unchanged what it carries, and the name of the application that the page leads on to', () => {
    const { searchParams, origin } = new URL(
      mailLink({ publicUrl: 'https://example.com', apps }, { ...verify, app: 'admin' }),
    );
    expect(origin).toBe('https://example.com');
    expect(Object.fromEntries(searchParams)).toEqual({ ...answer, lang: 'de', app: 'admin' });
  });
});

describe('a link to the application', () => {
  const link = (app: string | null) =>
    mailLink({ publicUrl: 'https://example.com', apps }, { ...verify, page: null, app });

  test('holds the answer in the fragment, which browsers send to no server', () => {
    expect(link(null)).toBe('https://app.example.com/sign-in?from=mail#challenge=a%2Bb%2Fc%3D&code=0123456');
  });

  test('goes to the application of that name, and to the first one where there is none any more', () => {
    expect(new URL(link('admin')).origin).toBe('https://admin.example.com');
    expect(new URL(link('gone')).origin).toBe('https://app.example.com');
  });
});

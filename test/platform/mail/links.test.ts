import { expect, test } from '@jest/globals';
import { mailLink } from '../../../src/platform/mail/links.js';

const answer = { challenge: 'a+b/c=', code: '0123456', locale: 'de' };

test('a link keeps the path of PUBLIC_URL and escapes what it carries', () => {
  expect(mailLink('https://example.com/auth', 'verify', answer)).toBe(
    'https://example.com/auth/verify?challenge=a%2Bb%2Fc%3D&code=0123456&lang=de',
  );
});

test('what a link carries can be read back unchanged', () => {
  const { searchParams, origin } = new URL(mailLink('https://example.com', 'verify', answer));
  expect(origin).toBe('https://example.com');
  expect(Object.fromEntries(searchParams)).toEqual({ challenge: 'a+b/c=', code: '0123456', lang: 'de' });
});

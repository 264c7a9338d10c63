import { expect, test } from '@jest/globals';
import { translator, pickLocale, preferredLocale } from '../../../src/platform/mail/phrases.js';

test.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE_ch', 'de'],
  ['fr', 'en'],
  ['', 'en'],
  [null, 'en'],
  ['__proto__', 'en'],
])('a person whose language is %j is written to in %s', (tag, locale) => {
  expect(pickLocale(tag)).toBe(locale);
});

test.each([
  ['de-DE,de;q=0.9,en;q=0.8', 'de'],
  ['fr, en;q=0.5, de;q=0.7', 'de'],
  ['de;q=0, en', 'en'],
  ['*', 'en'],
  [undefined, 'en'],
  [`${'x'.repeat(100_000)},de`, 'en'],
])('a browser that asks for %j is shown the right language', (header, locale) => {
  expect(preferredLocale(header)).toBe(locale);
});

test('a phrase that does not exist is an error, not its own name on the page', () => {
  expect(() => translator('de')('mails.no-such-mail.subject')).toThrow('mails.no-such-mail.subject');
});

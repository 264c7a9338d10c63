import { expect, test } from '@jest/globals';
import { PAGE_PHRASES } from '../../src/api/pages/phrases.js';
import { FEATURES, gather } from '../../src/features.js';
import { locales, pickLocale, preferredLocale } from '../../src/platform/locales.js';
import { MAIL_PHRASES } from '../../src/platform/mail/phrases.js';
import { type Phrases, type PhraseTree, translator } from '../../src/platform/phrases.js';

test.each([
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE_ch', 'de'],
  ['fr-CA', 'fr'],
  ['es', 'es'],
  ['it', 'en'],
  ['', 'en'],
  [null, 'en'],
  ['__proto__', 'en'],
])('a person whose language is %j is written to in %s', (tag, locale) => {
  expect(pickLocale(tag)).toBe(locale);
});

test.each([
  ['de-DE,de;q=0.9,en;q=0.8', 'de'],
  ['it, en;q=0.5, de;q=0.7', 'de'],
  ['de;q=0, en', 'en'],
  ['*', 'en'],
  [undefined, 'en'],
  [`${'x'.repeat(100_000)},de`, 'en'],
])('a browser that asks for %j is shown the right language', (header, locale) => {
  expect(preferredLocale(header)).toBe(locale);
});

const own: Phrases = {
  en: { title: 'Hello {{name}}', only: 'English', days_one: 'one day', days_other: '{{count}} days' },
  de: { title: 'Guten Tag {{name}}' },
};
const shared: Phrases = {
  en: { title: 'Never seen', close: 'Close' },
  de: { title: 'Nie gesehen', only: 'Nie gesehen', close: 'Schließen' },
};

test('a phrase is looked up in the mail or page itself, then in what all of them share', () => {
  const t = translator(own, shared).in('de');
  expect([t('title', { name: '<b>' }), t('close')]).toEqual(['Guten Tag <b>', 'Schließen']);
});

test('a phrase that a language lacks is written in English', () => {
  const t = translator(own, shared).in('de');
  expect([t('only'), t('days', { count: 1 }), t('days', { count: 3 })]).toEqual(['English', 'one day', '3 days']);
});

test('a phrase that does not exist is an error, not its own name on the page', () => {
  const { in: inLocale, has } = translator(own, shared);
  expect(has('subject')).toBe(false);
  for (const locale of locales) expect(() => inLocale(locale)('subject')).toThrow("'subject'");
});

const written: [string, Phrases][] = [
  ['all mails', MAIL_PHRASES],
  ['all pages', PAGE_PHRASES],
  ...gather(FEATURES, 'mails').map(({ name, phrases }): [string, Phrases] => [`the mail ${name}`, phrases]),
  ...gather(FEATURES, 'pages').map(({ path, phrases }): [string, Phrases] => [`the page ${path}`, phrases]),
];

test.each(written)('every language has exactly the phrases of English, with the same blanks: %s', (_name, phrases) => {
  const english = flat(phrases.en);
  expect(english.size).toBeGreaterThan(0);
  for (const locale of locales) {
    const others = flat(phrases[locale] ?? {});
    expect([...others.keys()]).toEqual([...english.keys()]);
    for (const [key, phrase] of others) expect([key, blanks(phrase)]).toEqual([key, blanks(english.get(key) ?? '')]);
  }
});

function flat(tree: PhraseTree, path = ''): Map<string, string> {
  const entries = Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : Array.from(flat(value, `${path}${key}.`)),
  );
  return new Map(entries);
}

function blanks(phrase: string): string[] {
  return [...phrase.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();
}

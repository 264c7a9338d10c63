import { expect, test } from '@jest/globals';
import { textSections } from '../../src/api/text-sections.js';
import { FEATURES } from '../../src/features.js';
import { builtInLocales as locales, localesOf } from '../../src/platform/locales.js';
import type { Phrases, PhraseTree } from '../../src/platform/phrases.js';
import { createTexts } from '../../src/platform/texts.js';

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
  expect(localesOf(locales).pick(tag)).toBe(locale);
});

test.each([
  ['de-DE,de;q=0.9,en;q=0.8', 'de'],
  ['it, en;q=0.5, de;q=0.7', 'de'],
  ['de;q=0, en', 'en'],
  ['*', 'en'],
  [undefined, 'en'],
  [`${'x'.repeat(100_000)},de`, 'en'],
])('a browser that asks for %j is shown the right language', (header, locale) => {
  expect(localesOf(locales).preferred(header)).toBe(locale);
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
  const t = createTexts({ own, shared }).translator('own', 'shared').in('de');
  expect([t('title', { name: '<b>' }), t('close')]).toEqual(['Guten Tag <b>', 'Schließen']);
});

test('the most special language that is written is taken, and another of the same family before English', () => {
  const { pick } = localesOf(['en', 'pt', 'pt-BR', 'zh-Hant']);
  expect(['pt-br', 'pt-BR-x-informal', 'pt_PT', 'pt', 'zh-Hant-TW', 'zh', 'brx'].map(pick)).toEqual([
    'pt-BR',
    'pt-BR',
    'pt',
    'pt',
    'zh-Hant',
    'en',
    'en',
  ]);
});

test('a phrase that a language lacks is written in English', () => {
  const t = createTexts({ own, shared }).translator('own', 'shared').in('de');
  expect([t('only'), t('days', { count: 1 }), t('days', { count: 3 })]).toEqual(['English', 'one day', '3 days']);
});

test('a phrase that does not exist is an error, not its own name on the page', () => {
  const { in: inLocale, has } = createTexts({ own, shared }).translator('own', 'shared');
  expect(has('subject')).toBe(false);
  for (const locale of locales) expect(() => inLocale(locale)('subject')).toThrow("'subject'");
});

const written = Object.entries(textSections(FEATURES));

test.each(written)('every language has exactly the phrases of English, with the same blanks: %s', (_name, phrases) => {
  const english = flat(phrases.en);
  expect(english.size).toBeGreaterThan(0);
  for (const locale of locales) {
    const others = flat(phrases[locale] ?? {});
    expect([...others.keys()].sort()).toEqual([...english.keys()].sort());
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
